
namespace RocketMQ.Broker.Pulling;

/// <summary>Messages of one queue from an offset on, for a group.</summary>
public readonly record struct PullRequest
{
    public required string Group { get; init; }

    public required string Topic { get; init; }

    public int QueueId { get; init; }

    public long Offset { get; init; }

    public int MaxMessages { get; init; }

    /// <summary>Of records.</summary>
    public int MaxBytes { get; init; }

    /// <summary>How far the group is, said by the way; <see langword="null"/> when it is not.</summary>
    public long? CommitOffset { get; init; }

    /// <summary>How long to wait for a message, in ms; <see langword="null"/> to be answered at once.</summary>
    public long? WaitMs { get; init; }

    /// <summary>Whether it brings a subscription of its own instead of the one its group registered.</summary>
    public bool HasSubscription { get; init; }

    public string? Subscription { get; init; }

    /// <summary>TAG (when absent) or SQL92.</summary>
    public string? ExpressionType { get; init; }

    /// <summary>Of the subscription that its client knows.</summary>
    public long SubVersion { get; init; }

    /// <summary>Of a consumer that divides no queues.</summary>
    public bool IsLite { get; init; }
}
