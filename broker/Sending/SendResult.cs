using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Sending;

/// <summary>What a send comes to: a refusal, or where the message stands and how durable it is.</summary>
public readonly record struct SendResult
{
    public Refusal? Refusal { get; init; }

    public Durability Durability { get; init; }

    /// <summary>By its place in the log; those of a batch separated by commas.</summary>
    public string MessageId { get; init; }

    public int QueueId { get; init; }

    public long QueueOffset { get; init; }

    /// <summary>The id that its producer gave it, or the broker.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>What a timer is taken back with.</summary>
    public string? RecallHandle { get; init; }

    /// <summary>The id of a batch that is one record, or was to be.</summary>
    public string? BatchId { get; init; }
}
