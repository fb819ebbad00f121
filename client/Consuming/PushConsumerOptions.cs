namespace RocketMQ.Client;

/// <summary>What a <see cref="PushConsumer"/> consumes and how.</summary>
public sealed record PushConsumerOptions
{
    public required string Group { get; init; }

    /// <summary>Topic → which of its messages. All consumers of a group must subscribe to the same.</summary>
    public required IReadOnlyDictionary<string, FilterExpression> Subscriptions { get; init; }

    public ConsumeMode Mode { get; init; }

    public ConsumeFrom ConsumeFrom { get; init; }

    /// <summary>For <see cref="ConsumeFrom.Timestamp"/>; when absent, half an hour before the consumer started.</summary>
    public DateTimeOffset? ConsumeFromTime { get; init; }

    /// <summary>Handlers that run at the same time, over all queues.</summary>
    public int MaxConcurrency { get; init; } = 20;

    /// <summary>Messages asked for with one pull. Brokers give at most 32 by default.</summary>
    public int PullBatchSize { get; init; } = 32;

    /// <summary>Messages of one queue that may be held here, waiting or being handled; past it the queue is not pulled.</summary>
    public int MaxMessagesPerQueue { get; init; } = 1000;

    /// <summary>The same limit in bytes of their bodies.</summary>
    public long MaxBytesPerQueue { get; init; } = 100 * 1024 * 1024;

    /// <summary>Furthest that pulling may run ahead of the oldest message not consumed, in offsets. It bounds what comes again after a crash.</summary>
    public int MaxOffsetSpan { get; init; } = 2000;

    /// <summary>How long a handler may take. Its message is then delivered again, and the handler no longer waited for.</summary>
    public TimeSpan ConsumeTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a message that fails is delivered again before it goes to the dead letters; -1: as the group is set up (16).</summary>
    public int MaxReconsumeTimes { get; init; } = -1;

    /// <summary>How often queues are shared out anew, beside when members come or go.</summary>
    public TimeSpan RebalanceInterval { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan OffsetPersistInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for handlers that run.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shares queues out among the members of the group; all members must use the same way. The average way when absent.</summary>
    public QueueAllocation Allocation { get; init; } = QueueAllocations.Average;
}
