namespace RocketMQ.Protocol.Bodies;

/// <summary>Topics by name: <c>topics.json</c>, and the reply of 4.9 to GET_ALL_TOPIC_CONFIG (21).</summary>
public record TopicConfigSerializeWrapper
{
    public Dictionary<string, TopicConfig> TopicConfigTable { get; init; } = [];
    public DataVersion DataVersion { get; init; } = new();
}
