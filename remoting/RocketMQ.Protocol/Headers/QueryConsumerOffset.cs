using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_CONSUMER_OFFSET (14): where a group goes on in a queue.</summary>
public sealed class QueryConsumerOffsetRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;

    /// <summary>False forbids the answer 0 for a young queue of an unknown group.</summary>
    public bool? SetZeroIfNotFound;

    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Optional("setZeroIfNotFound"u8, ref SetZeroIfNotFound);
        fields.Optional("bname"u8, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="QueryConsumerOffsetRequestHeader"/>.</summary>
public sealed class QueryConsumerOffsetResponseHeader : ICommandHeader
{
    public long Offset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("offset"u8, ref Offset);
}
