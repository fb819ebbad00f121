namespace RocketMQ.Client;

/// <summary>What a <see cref="SimpleConsumer"/> receives and how.</summary>
public sealed record SimpleConsumerOptions
{
    public required string Group { get; init; }

    /// <summary>Topic → which of its messages.</summary>
    public required IReadOnlyDictionary<string, FilterExpression> Subscriptions { get; init; }

    /// <summary>How long a received message is hidden from others; not acknowledged by then, it is delivered again.</summary>
    public TimeSpan InvisibleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a receive waits for a message.</summary>
    public TimeSpan AwaitTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where a new group begins: <see cref="ConsumeFrom.FirstOffset"/> or <see cref="ConsumeFrom.LastOffset"/>.</summary>
    public ConsumeFrom ConsumeFrom { get; init; } = ConsumeFrom.FirstOffset;

    /// <summary>Whether a queue gives no further messages while some of it are not acknowledged.</summary>
    public bool Ordered { get; init; }
}
