namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_BROKER_CLUSTER_INFO (106).</summary>
public sealed record ClusterInfo
{
    /// <summary>By broker name.</summary>
    public Dictionary<string, BrokerData> BrokerAddrTable { get; init; } = [];

    /// <summary>Broker names by cluster.</summary>
    public Dictionary<string, HashSet<string>> ClusterAddrTable { get; init; } = [];
}
