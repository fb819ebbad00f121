
namespace RocketMQ.Broker.Popping;

/// <summary>To be told when a group can pop something.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="QueueId">Negative for all queues.</param>
/// <param name="WaitMs">How long to wait for it.</param>
/// <param name="BornMs">From when on, ms since 1970; 0 or less for now.</param>
/// <param name="IsOrdered">Whether in order.</param>
/// <param name="AttemptId">Of an ordered pop that is tried again.</param>
public readonly record struct NotificationRequest(
    string Topic, string Group, int QueueId, long WaitMs, long BornMs, bool IsOrdered, string? AttemptId);

/// <param name="HasMessages">Whether there is something to pop.</param>
/// <param name="IsFull">It was answered at once for as many wait as may.</param>
public readonly record struct NotificationResult(bool HasMessages, bool IsFull);
