using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>UPDATE_CONSUMER_OFFSET (15): a group has consumed a queue up to an offset (exclusive).</summary>
public sealed class UpdateConsumerOffsetRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int? QueueId;
    public long? CommitOffset;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Expected("queueId"u8, ref QueueId);
        fields.Expected("commitOffset"u8, ref CommitOffset);
        fields.Optional("bname"u8, ref BrokerName);
    }
}
