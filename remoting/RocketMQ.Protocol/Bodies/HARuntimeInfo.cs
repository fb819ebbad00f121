namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_BROKER_HA_STATUS (907).</summary>
public sealed record HARuntimeInfo
{
    public bool Master { get; init; }
    public long MasterCommitLogMaxOffset { get; init; }
    public int InSyncSlaveNums { get; init; }
    public List<HAConnectionRuntimeInfo> HaConnectionInfo { get; init; } = [];
    public HAClientRuntimeInfo HaClientRuntimeInfo { get; init; } = new();
}
