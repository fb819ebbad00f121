namespace RocketMQ.Client;

/// <summary>How a <see cref="Producer"/> sends.</summary>
public sealed record ProducerOptions
{
    /// <summary>Brokers ask any producer of the group what became of a transaction.</summary>
    public string Group { get; init; } = "DEFAULT_PRODUCER";

    /// <summary>Time for one attempt to be answered. While no broker can be connected to, an attempt goes on for as long.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Attempts beyond the first, each at another broker where there is one.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Longest body, in bytes before compression, of a message or a batch.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bodies from this size on are compressed with zlib.</summary>
    public int CompressFromBytes { get; init; } = 4 * 1024;

    /// <summary>0 to 9, as zlib counts.</summary>
    public int CompressionLevel { get; init; } = 5;

    /// <summary>Queues of a topic that the broker makes because a message is sent to it.</summary>
    public int NewTopicQueues { get; init; } = 4;

    /// <summary>Whether brokers that failed or answered late are passed over for a while.</summary>
    public bool AvoidSlowBrokers { get; init; } = true;

    /// <summary>Whether each send, batches and one-way sends apart, is recorded in the trace topic.</summary>
    public bool Trace { get; init; }
}
