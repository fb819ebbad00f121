namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_TOPIC_CONFIG (351).</summary>
public sealed record TopicConfigAndQueueMapping : TopicConfig
{
    public TopicQueueMappingDetail? MappingDetail { get; init; }
}
