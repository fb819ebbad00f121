namespace RocketMQ.Broker.Popping;

/// <summary>What there is to pop.</summary>
/// <param name="HasMessages">Whether there is something to pop.</param>
/// <param name="IsFull">It was answered at once for as many wait as may.</param>
public readonly record struct NotificationResult(bool HasMessages, bool IsFull);
