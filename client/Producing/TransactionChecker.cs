namespace RocketMQ.Client;

/// <summary>
/// Finds out what became of the transaction a message belongs to, when a broker asks because it was not told: the process that sent the
/// message may have died. Any producer of the group may be asked.
/// </summary>
public delegate ValueTask<TransactionState> TransactionChecker(ReceivedMessage message, CancellationToken cancellationToken);
