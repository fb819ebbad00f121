namespace RocketMQ.Broker.Persistence;

/// <summary>Why changes are not durable.</summary>
/// <param name="Reason">A sentence that names the file and what the system said.</param>
/// <param name="Since">Timestamp of the first failure of a row.</param>
internal sealed record JournalFailure(string Reason, long Since);
