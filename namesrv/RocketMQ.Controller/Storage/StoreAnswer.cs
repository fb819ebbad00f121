using RocketMQ.Controller.Sets;

namespace RocketMQ.Controller.Storage;

/// <summary>What a store says.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Set">As it stands; none: there is none of this name.</param>
/// <param name="Version">What a write of it names; 0 of one there is not.</param>
/// <param name="Reason">Why it failed, for whoever asked.</param>
public readonly record struct StoreAnswer(StoreStatus Status, BrokerSet? Set = null, long Version = 0, string? Reason = null);
