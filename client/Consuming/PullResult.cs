namespace RocketMQ.Client;

/// <summary>Messages of a queue, and where it goes on.</summary>
public sealed record PullResult
{
    public required PullStatus Status { get; init; }

    /// <summary>The offset to pull from next.</summary>
    public required long NextOffset { get; init; }

    public required long MinOffset { get; init; }

    /// <summary>The offset the next message of the queue will get.</summary>
    public required long MaxOffset { get; init; }

    public required IReadOnlyList<ReceivedMessage> Messages { get; init; }
}
