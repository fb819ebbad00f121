using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;

namespace RocketMQ.Client.Consuming;

/// <summary>What all queues of a consumer are read with.</summary>
internal sealed record QueueReaderSettings
{
    public required string Group { get; init; }

    public required int PullBatchSize { get; init; }

    public required int MaxMessages { get; init; }

    public required long MaxBytes { get; init; }

    public required int MaxOffsetSpan { get; init; }

    /// <summary>Tell brokers the subscription with each pull.</summary>
    public required bool WithSubscription { get; init; }

    /// <summary>Let brokers store the consumed offset with each pull.</summary>
    public required bool CommitWithPull { get; init; }

    public required SubscriptionTable Subscriptions { get; init; }

    public required MessagePuller Puller { get; init; }

    public required OffsetTracker Offsets { get; init; }

    public required StartOffset Start { get; init; }

    public required IDelivery Delivery { get; init; }

    public required Heartbeats Heartbeats { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
