using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>RECALL_MESSAGE (370): take back a message that is not due yet.</summary>
public sealed class RecallMessageRequestHeader : ICommandHeader
{
    public string? ProducerGroup;
    public string Topic = "";

    /// <summary>URL-safe base64, from the reply to the send.</summary>
    public string RecallHandle = "";

    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Expected("recallHandle"u8, ref RecallHandle);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="RecallMessageRequestHeader"/>.</summary>
public sealed class RecallMessageResponseHeader : ICommandHeader
{
    public string MsgId = "";
    public string? Region;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("msgId"u8, ref MsgId);
        fields.Optional("MSG_REGION"u8, ref Region);
    }
}
