using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_CONSUME_QUEUE (321): entries of a consume queue, and whether a group would see them.</summary>
public sealed class QueryConsumeQueueRequestHeader : ICommandHeader
{
    public string? Topic;
    public int QueueId;
    public long Index;
    public int Count;
    public string? ConsumerGroup;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("queueId"u8, ref QueueId);
        fields.Optional("index"u8, ref Index);
        fields.Optional("count"u8, ref Count);
        fields.Optional("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
    }
}
