namespace RocketMQ.Broker.Replication.Membership;

/// <summary>What a controller says of a set.</summary>
/// <param name="MasterId">Who is master; null when nobody is, or nobody was elected yet.</param>
/// <param name="MasterAddress">Where its clients go.</param>
/// <param name="MasterEpoch">Grows with every election.</param>
/// <param name="InSync">The sync-state set: a master is elected from these.</param>
/// <param name="InSyncEpoch">Grows with every change of it.</param>
internal sealed record SetState(long? MasterId, string? MasterAddress, int MasterEpoch, IReadOnlyList<long> InSync, int InSyncEpoch);
