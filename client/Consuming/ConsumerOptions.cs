namespace RocketMQ.Client;

/// <summary>What consumers that share out queues among their group have in common.</summary>
public abstract record ConsumerOptions
{
    public required string Group { get; init; }

    /// <summary>Topic → which of its messages. All consumers of a group must subscribe to the same.</summary>
    public IReadOnlyDictionary<string, FilterExpression> Subscriptions { get; init; } = new Dictionary<string, FilterExpression>();

    public ConsumeMode Mode { get; init; }

    public ConsumeFrom ConsumeFrom { get; init; }

    /// <summary>For <see cref="ConsumeFrom.Timestamp"/>; when absent, half an hour before the consumer started.</summary>
    public DateTimeOffset? ConsumeFromTime { get; init; }

    /// <summary>Messages asked for with one pull. Brokers give at most 32 by default.</summary>
    public int PullBatchSize { get; init; } = 32;

    /// <summary>Messages of one queue that may be held here, not consumed yet; past it the queue is not pulled.</summary>
    public int MaxMessagesPerQueue { get; init; } = 1000;

    /// <summary>The same limit in bytes of their bodies.</summary>
    public long MaxBytesPerQueue { get; init; } = 100 * 1024 * 1024;

    /// <summary>Furthest that pulling may run ahead of the oldest message not consumed, in offsets. It bounds what comes again after a crash.</summary>
    public int MaxOffsetSpan { get; init; } = 2000;

    /// <summary>How often queues are shared out anew, beside when members come or go.</summary>
    public TimeSpan RebalanceInterval { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan OffsetPersistInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for handlers that run.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shares queues out among the members of the group; all members must use the same way.</summary>
    public QueueAllocation Allocation { get; init; } = QueueAllocations.Average;

    /// <summary>
    /// Where broadcasting consumers keep their offsets, as Apache's do: <c>client-id/group/offsets.json</c> below it. The client id
    /// has to stay the same from run to run; with no <see cref="ClientOptions.InstanceName"/>, <c>DEFAULT</c> stands in for it.
    /// </summary>
    public string OffsetDirectory { get; init; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".rocketmq_offsets");
}
