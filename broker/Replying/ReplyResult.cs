using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replying;

/// <summary>What became of a reply: whether the client that asked has it, and whether it is stored.</summary>
public readonly record struct ReplyResult
{
    public Refusal? Refusal { get; init; }

    /// <summary>Why the client did not get it; <see langword="null"/> when it did.</summary>
    public string? NotPushed { get; init; }

    public int QueueId { get; init; }

    /// <summary>Where it stands; <see langword="null"/> where it is not stored.</summary>
    public AppendResult? Stored { get; init; }

    public Durability? Durability { get; init; }
}
