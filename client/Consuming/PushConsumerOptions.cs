namespace RocketMQ.Client;

/// <summary>What a <see cref="PushConsumer"/> consumes and how.</summary>
public sealed record PushConsumerOptions : ConsumerOptions
{
    /// <summary>Whether the messages of a queue are handled one after another in their order. Brokers lock the queue for this consumer;
    /// a message that fails is tried again while the others of its queue wait.</summary>
    public bool Ordered { get; init; }

    /// <summary>Handlers that run at the same time, over all queues.</summary>
    public int MaxConcurrency { get; init; } = 20;

    /// <summary>How long a handler may take. Its message is then delivered again, and the handler no longer waited for.</summary>
    public TimeSpan ConsumeTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a message that fails is delivered again before it goes to the dead letters; -1: as the group is set up (16), and
    /// without end when <see cref="Ordered"/>.</summary>
    public int MaxReconsumeTimes { get; init; } = -1;

    /// <summary>How long an ordered queue waits before a message that failed is tried again.</summary>
    public TimeSpan OrderedRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether each consumption is recorded in the trace topic.</summary>
    public bool Trace { get; init; }
}
