namespace RocketMQ.Protocol.Bodies;

/// <summary>A static topic's queues with their history.</summary>
public sealed record TopicQueueMappingDetail : TopicQueueMappingInfo
{
    /// <summary>By logical queue.</summary>
    public Dictionary<int, List<LogicQueueMappingItem>> HostedQueues { get; init; } = [];
}
