using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>PUSH_REPLY_MESSAGE_TO_CLIENT (326), broker to the producer that asked: the answer to a request-reply message.</summary>
public sealed class ReplyMessageRequestHeader : ICommandHeader
{
    public string ProducerGroup = "";
    public string Topic = "";
    public string DefaultTopic = "";
    public int DefaultTopicQueueNums;
    public int QueueId;
    public int SysFlag;
    public long BornTimestamp;
    public int Flag;
    public ReadOnlyMemory<byte> Properties;
    public int? ReconsumeTimes;
    public bool UnitMode;
    public string BornHost = "";
    public string StoreHost = "";
    public long StoreTimestamp;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("defaultTopic"u8, NameKind.Topic, ref DefaultTopic);
        fields.Required("defaultTopicQueueNums"u8, ref DefaultTopicQueueNums);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("sysFlag"u8, ref SysFlag);
        fields.Required("bornTimestamp"u8, ref BornTimestamp);
        fields.Required("flag"u8, ref Flag);
        fields.Optional("properties"u8, ref Properties);
        fields.Optional("reconsumeTimes"u8, ref ReconsumeTimes);
        fields.Optional("unitMode"u8, ref UnitMode);
        fields.Required("bornHost"u8, ref BornHost);
        fields.Required("storeHost"u8, ref StoreHost);
        fields.Required("storeTimestamp"u8, ref StoreTimestamp);
    }
}
