using System.Collections.Immutable;

namespace RocketMQ.Controller.Sets;

/// <summary>
/// What a controller stores of a broker set: its brokers, who leads them in which epoch, and who of them has all that was acknowledged. A value: a command
/// makes another of it, and the store takes that one in its place or does not.
/// </summary>
public sealed record BrokerSet
{
    public required string Cluster { get; init; }

    public required string Name { get; init; }

    /// <summary>Who was elected last, living or not; none: nobody was yet, or that broker was cleaned away.</summary>
    public long? MasterBrokerId { get; init; }

    /// <summary>Grows with every election; 0 before the first.</summary>
    public int MasterEpoch { get; init; }

    /// <summary>In order of the ids.</summary>
    public ImmutableSortedSet<long> SyncStateSet { get; init; } = [];

    /// <summary>Grows with every change of the sync-state set.</summary>
    public int SyncStateSetEpoch { get; init; }

    /// <summary>The id that a broker without one is told to apply for.</summary>
    public long NextBrokerId { get; init; } = 1;

    /// <summary>By id.</summary>
    public ImmutableSortedDictionary<long, Replica> Replicas { get; init; } = None;

    public static ImmutableSortedDictionary<long, Replica> None => ImmutableSortedDictionary<long, Replica>.Empty;

    /// <summary>Whether there never was a master: the first broker that asks becomes it.</summary>
    public bool IsNew => MasterEpoch == 0;

    public string? AddressOf(long? brokerId) => brokerId is { } id && Replicas.TryGetValue(id, out var replica) ? replica.Address : null;
}
