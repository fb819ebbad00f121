namespace RocketMQ.Protocol.Bodies;

/// <summary><c>topicQueueMapping.json</c>.</summary>
public sealed record TopicQueueMappingSerializeWrapper
{
    public Dictionary<string, TopicQueueMappingDetail> TopicQueueMappingInfoMap { get; init; } = [];
    public DataVersion DataVersion { get; init; } = new();
}
