using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>ACK_MESSAGE (200051): a popped message is done.</summary>
public sealed class AckMessageRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;

    /// <summary>The message's POP_CK property.</summary>
    public string ExtraInfo = "";

    public long Offset;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("extraInfo"u8, ref ExtraInfo);
        fields.Required("offset"u8, ref Offset);
        fields.Optional("bname"u8, ref BrokerName);
    }
}
