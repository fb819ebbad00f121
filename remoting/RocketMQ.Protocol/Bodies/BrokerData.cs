namespace RocketMQ.Protocol.Bodies;

/// <summary>The master and the slaves that share a broker name.</summary>
public sealed record BrokerData
{
    public string Cluster { get; init; } = "";
    public string BrokerName { get; init; } = "";

    /// <summary>By broker id; 0 is the master.</summary>
    public Dictionary<long, string> BrokerAddrs { get; init; } = [];

    public string? ZoneName { get; init; }
    public bool EnableActingMaster { get; init; }
}
