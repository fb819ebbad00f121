using RocketMQ.Broker.Core;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>What a pull comes to: a refusal, or where it stands and what was found.</summary>
public readonly record struct PullResult
{
    public Refusal? Refusal { get; init; }

    /// <summary>With a refusal for want of permission, who forbids it.</summary>
    public ForbiddenType? Forbids { get; init; }

    public PullStatus Status { get; init; }

    /// <summary>What the store says of the offset that was asked for.</summary>
    public GetStatus Found { get; init; }

    /// <summary>Where the next pull begins.</summary>
    public long NextOffset { get; init; }

    public long MinOffset { get; init; }

    public long MaxOffset { get; init; }

    public int TopicSysFlag { get; init; }

    public int GroupSysFlag { get; init; }

    /// <summary>Which of the brokers of this name is better asked next.</summary>
    public long SuggestedBrokerId { get; init; }

    /// <summary>With <see cref="PullStatus.Found"/>; the receiver disposes it.</summary>
    public GetResult? Records { get; init; }

    public static PullResult Refused(RefusalKind kind, string reason, ForbiddenType? forbids = null) =>
        new() { Refusal = new Refusal(kind, reason), Forbids = forbids };
}
