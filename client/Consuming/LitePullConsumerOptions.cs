namespace RocketMQ.Client;

/// <summary>What a <see cref="LitePullConsumer"/> reads. Without subscriptions it reads the queues that are assigned to it.</summary>
public sealed record LitePullConsumerOptions : ConsumerOptions
{
    /// <summary>Whether a poll takes the messages of the poll before for consumed.</summary>
    public bool AutoCommit { get; init; } = true;
}
