namespace RocketMQ.Client;

/// <summary>The work that decides whether a message is delivered, called once the broker holds the message.</summary>
/// <param name="transactionId">The id of the message and of the transaction.</param>
public delegate ValueTask<TransactionState> LocalTransaction(string transactionId, CancellationToken cancellationToken);
