namespace RocketMQ.Protocol.Bodies;

/// <summary>Topics and static queue mappings: inside a registration, and the reply of 5.x to GET_ALL_TOPIC_CONFIG (21).</summary>
public sealed record TopicConfigAndMappingSerializeWrapper : TopicConfigSerializeWrapper
{
    public Dictionary<string, TopicQueueMappingInfo> TopicQueueMappingInfoMap { get; init; } = [];
    public Dictionary<string, TopicQueueMappingDetail> TopicQueueMappingDetailMap { get; init; } = [];
    public DataVersion MappingDataVersion { get; init; } = new();
}
