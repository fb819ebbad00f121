using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Names of topics.</summary>
public sealed record TopicList
{
    [JsonProperty("topicList")]
    public HashSet<string> Topics { get; init; } = [];

    /// <summary>Where to ask for more: one broker of the cluster.</summary>
    public string? BrokerAddr { get; init; }
}
