
namespace RocketMQ.Client.Consuming;

/// <summary>One pull of one queue.</summary>
internal sealed record PullRequest
{
    public required MessageQueue Queue { get; init; }

    public required long Offset { get; init; }

    public required int MaxMessages { get; init; }

    public required SubscriptionData Subscription { get; init; }

    /// <summary>Tell the broker the subscription with the pull; otherwise it takes the one of the last heartbeat.</summary>
    public bool WithSubscription { get; init; }

    /// <summary>How long the broker may wait for a message.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>An offset to store along with the pull.</summary>
    public long? CommitOffset { get; init; }
}
