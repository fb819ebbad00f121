using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Names of consumer groups.</summary>
public sealed record GroupList
{
    [JsonProperty("groupList")]
    public HashSet<string> Groups { get; init; } = [];
}
