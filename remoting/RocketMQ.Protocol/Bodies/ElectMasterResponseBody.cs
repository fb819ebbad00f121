namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to CONTROLLER_ELECT_MASTER (1002).</summary>
public sealed record ElectMasterResponseBody
{
    /// <summary>Who is to be told; absent where the master stays.</summary>
    public BrokerMemberGroup? BrokerMemberGroup { get; init; }

    public List<long> SyncStateSet { get; init; } = [];
}
