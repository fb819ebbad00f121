using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>
/// SEND_MESSAGE (10) and SEND_REPLY_MESSAGE (324), where fields have their names. The values are the same in
/// <see cref="SendMessageRequestHeaderV2"/>, so a handler reads the one the code asks for and goes on with this type.
/// </summary>
public class SendMessageRequestHeader : ICommandHeader
{
    public string ProducerGroup = "";
    public string Topic = "";

    /// <summary>The topic a missing one is modelled on, and with how many queues.</summary>
    public string DefaultTopic = "";

    public int DefaultTopicQueueNums;
    public int QueueId;
    public int SysFlag;

    /// <summary>When the client made the message, in ms since 1970.</summary>
    public long BornTimestamp;

    public int Flag;

    /// <summary>The message's properties as they are stored: <c>name 0x01 value 0x02</c>, repeated.</summary>
    public ReadOnlyMemory<byte> Properties;

    public int ReconsumeTimes;
    public bool UnitMode;
    public int? MaxReconsumeTimes;

    /// <summary>The body is several messages.</summary>
    public bool Batch;

    /// <summary>5.x: the broker meant, for static topics.</summary>
    public string? BrokerName;

    public virtual void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Expected("defaultTopic"u8, NameKind.Topic, ref DefaultTopic);
        fields.Expected("defaultTopicQueueNums"u8, ref DefaultTopicQueueNums);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("sysFlag"u8, ref SysFlag);
        fields.Required("bornTimestamp"u8, ref BornTimestamp);
        fields.Required("flag"u8, ref Flag);
        fields.Optional("properties"u8, ref Properties);
        fields.Optional("reconsumeTimes"u8, ref ReconsumeTimes);
        fields.Optional("unitMode"u8, ref UnitMode);
        fields.Optional("maxReconsumeTimes"u8, ref MaxReconsumeTimes);
        fields.Optional("batch"u8, ref Batch);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>
/// SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320) and SEND_REPLY_MESSAGE_V2 (325): the same values under one-letter names.
/// </summary>
public sealed class SendMessageRequestHeaderV2 : SendMessageRequestHeader
{
    public override void Fields<TFields>(ref TFields fields)
    {
        fields.Expected("a"u8, NameKind.Producer, ref ProducerGroup);
        fields.Required("b"u8, NameKind.Topic, ref Topic);
        fields.Expected("c"u8, NameKind.Topic, ref DefaultTopic);
        fields.Expected("d"u8, ref DefaultTopicQueueNums);
        fields.Required("e"u8, ref QueueId);
        fields.Required("f"u8, ref SysFlag);
        fields.Required("g"u8, ref BornTimestamp);
        fields.Required("h"u8, ref Flag);
        fields.Optional("i"u8, ref Properties);
        fields.Optional("j"u8, ref ReconsumeTimes);
        fields.Optional("k"u8, ref UnitMode);
        fields.Optional("l"u8, ref MaxReconsumeTimes);
        fields.Optional("m"u8, ref Batch);
        fields.Optional("n"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>
/// Reply to every send that stored the message: codes 0, 10, 11 and 12. A refusal carries the region and the trace switch alone.
/// </summary>
public sealed class SendMessageResponseHeader : ICommandHeader
{
    /// <summary>The offset message id; of a batch, those of all its messages joined by commas.</summary>
    public string MsgId = "";

    public int QueueId;

    /// <summary>Offset in the queue; of a batch, the first.</summary>
    public long QueueOffset;

    /// <summary>The message's unique id, in a transaction or not.</summary>
    public string? TransactionId;

    /// <summary>5.x: the id of a batch stored as one record.</summary>
    public string? BatchUniqId;

    /// <summary>5.3.2: what RECALL_MESSAGE (370) takes a timer message back with.</summary>
    public string? RecallHandle;

    public string? Region;
    public bool? TraceOn;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("msgId"u8, ref MsgId);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("queueOffset"u8, ref QueueOffset);
        fields.Optional("transactionId"u8, ref TransactionId);
        fields.Optional("batchUniqId"u8, ref BatchUniqId);
        fields.Optional("recallHandle"u8, ref RecallHandle);
        fields.Optional("MSG_REGION"u8, ref Region);
        fields.Optional("TRACE_ON"u8, ref TraceOn);
    }
}

/// <summary>Reply to a send that was refused (and the part of <see cref="SendMessageResponseHeader"/> known before).</summary>
public sealed class SendMessageRefusedHeader : ICommandHeader
{
    public string? Region;
    public bool? TraceOn;

    /// <summary>The id of a batch that was to be one record.</summary>
    public string? BatchUniqId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("MSG_REGION"u8, ref Region);
        fields.Optional("TRACE_ON"u8, ref TraceOn);
        fields.Optional("batchUniqId"u8, ref BatchUniqId);
    }
}
