using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>The brokers of a set that keep up with its master, the master among them: a new master is elected from these.</summary>
public sealed record SyncStateSet
{
    [JsonProperty("syncStateSet")]
    public List<long> BrokerIds { get; init; } = [];

    public int SyncStateSetEpoch { get; init; }
}
