namespace RocketMQ.Protocol.Bodies;

/// <summary>The brokers that share a name.</summary>
public sealed record BrokerMemberGroup
{
    public string Cluster { get; init; } = "";
    public string BrokerName { get; init; } = "";

    /// <summary>By broker id.</summary>
    public Dictionary<long, string> BrokerAddrs { get; init; } = [];
}
