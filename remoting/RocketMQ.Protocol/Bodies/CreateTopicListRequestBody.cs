namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of UPDATE_AND_CREATE_TOPIC_LIST (18).</summary>
public sealed record CreateTopicListRequestBody
{
    public List<TopicConfig> TopicConfigList { get; init; } = [];
}
