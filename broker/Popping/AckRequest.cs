namespace RocketMQ.Broker.Popping;

/// <summary>One popped message is done.</summary>
/// <param name="Topic">The topic of the queue it was popped from.</param>
/// <param name="Group">Who popped it; empty for nobody.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="Offset">The message.</param>
/// <param name="Receipt">What it was handed out with.</param>
public readonly record struct AckRequest(string Topic, string Group, int QueueId, long Offset, string Receipt);
