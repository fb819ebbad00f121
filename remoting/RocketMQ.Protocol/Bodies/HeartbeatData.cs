using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of HEART_BEAT (34): a client and everything it produces and consumes.</summary>
public sealed record HeartbeatData
{
    [JsonProperty("clientID")]
    public string ClientId { get; init; } = "";

    public HashSet<ProducerData> ProducerDataSet { get; init; } = [];
    public HashSet<ConsumerData> ConsumerDataSet { get; init; } = [];

    /// <summary>5.x: a hash of the subscriptions; the second form of the heartbeat sends it in their place.</summary>
    public int HeartbeatFingerprint { get; init; }

    /// <summary>5.x: the subscriptions are left out, being those of the same fingerprint before.</summary>
    public bool WithoutSub { get; init; }
}
