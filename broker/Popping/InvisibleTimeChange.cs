namespace RocketMQ.Broker.Popping;

/// <summary>A popped message is to stay hidden for another time from now.</summary>
/// <param name="Topic">The topic of the queue it was popped from.</param>
/// <param name="Group">Who popped it; empty for nobody.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="Offset">The message.</param>
/// <param name="Receipt">What it was handed out with.</param>
/// <param name="InvisibleMs">How long.</param>
public readonly record struct InvisibleTimeChange(string Topic, string Group, int QueueId, long Offset, string Receipt, long InvisibleMs);
