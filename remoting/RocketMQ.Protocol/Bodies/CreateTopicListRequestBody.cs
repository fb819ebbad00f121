using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of UPDATE_AND_CREATE_TOPIC_LIST (18).</summary>
public sealed record CreateTopicListRequestBody : INamingBody
{
    public List<TopicConfig> TopicConfigList { get; init; } = [];

    void INamingBody.CheckNames() => TopicConfigList.ForEach(topic => NameRule.Check(NameKind.Topic, topic.TopicName));
}
