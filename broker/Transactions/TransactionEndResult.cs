using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Transactions;

/// <summary>What became of the end of a transaction.</summary>
/// <param name="Refusal">Why it does not count.</param>
/// <param name="NeedsFiles">Nothing was done: files have to be opened.</param>
public readonly record struct TransactionEndResult(Refusal? Refusal, bool NeedsFiles);
