namespace RocketMQ.Client;

/// <summary>
/// Consumes one message, on the thread pool. A message is delivered at least once: it comes again when the handler asks for it, throws,
/// takes longer than <see cref="PushConsumerOptions.ConsumeTimeout"/>, or when the process dies before its offset is stored.
/// </summary>
/// <param name="cancellationToken">Cancelled when the time is up or the consumer stops.</param>
public delegate ValueTask<ConsumeResult> MessageHandler(ReceivedMessage message, CancellationToken cancellationToken);
