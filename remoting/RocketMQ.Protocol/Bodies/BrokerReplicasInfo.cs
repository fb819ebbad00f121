namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to CONTROLLER_GET_SYNC_STATE_DATA (1006): broker sets by name.</summary>
public sealed record BrokerReplicasInfo
{
    public Dictionary<string, ReplicasInfo> ReplicasInfoTable { get; init; } = [];
}

/// <summary>A broker set as its controller knows it.</summary>
public sealed record ReplicasInfo
{
    public long? MasterBrokerId { get; init; }
    public string? MasterAddress { get; init; }
    public int MasterEpoch { get; init; }
    public int SyncStateSetEpoch { get; init; }
    public List<ReplicaIdentity> InSyncReplicas { get; init; } = [];
    public List<ReplicaIdentity> NotInSyncReplicas { get; init; } = [];
}

/// <summary>A broker of a set.</summary>
public sealed record ReplicaIdentity
{
    public string BrokerName { get; init; } = "";
    public long BrokerId { get; init; }
    public string BrokerAddress { get; init; } = "";
    public bool Alive { get; init; }
}
