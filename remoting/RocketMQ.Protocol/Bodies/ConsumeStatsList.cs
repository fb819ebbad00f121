using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_BROKER_CONSUME_STATS (317).</summary>
public sealed record ConsumeStatsList
{
    /// <summary>One map a group, from its name to the statistics of its topics.</summary>
    [JsonProperty("consumeStatsList")]
    public List<Dictionary<string, List<ConsumeStats>>> Groups { get; init; } = [];

    public string? BrokerAddr { get; init; }
    public long TotalDiff { get; init; }
    public long TotalInflightDiff { get; init; }
}
