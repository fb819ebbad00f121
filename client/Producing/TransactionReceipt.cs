namespace RocketMQ.Client;

/// <summary>How a transaction went.</summary>
/// <param name="Half">Where the message waits for its transaction to end.</param>
/// <param name="State">What the broker was told. It is <see cref="TransactionState.Rollback"/>, and the local transaction was not run, when the
/// message was not stored as safely as it should.</param>
public sealed record TransactionReceipt(SendReceipt Half, TransactionState State);
