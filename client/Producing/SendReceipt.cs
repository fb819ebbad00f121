namespace RocketMQ.Client;

/// <summary>Where a message was stored.</summary>
public sealed record SendReceipt
{
    public required SendStatus Status { get; init; }

    /// <summary>The id the producer gave the message; of a batch, those of all its messages joined by commas.</summary>
    public required string MessageId { get; init; }

    /// <summary>The id the broker gave it; of a batch, those of all its messages joined by commas.</summary>
    public required string OffsetMessageId { get; init; }

    public required MessageQueue Queue { get; init; }

    /// <summary>Position in the queue; of a batch, that of the first message.</summary>
    public required long QueueOffset { get; init; }

    /// <summary>Takes back a timed message that is not due yet; see <see cref="Producer.RecallAsync"/>. Brokers from 5.3.2 give it.</summary>
    public string? RecallHandle { get; init; }
}
