using Microsoft.Extensions.Logging;
using RocketMQ.Client.Consuming;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>
/// Consumes at the application's own pace: queues are shared out among the group, or assigned by hand, and read ahead; the application polls.
/// Made by <see cref="RocketMQClient.StartLitePullConsumerAsync"/>. One poll at a time.
/// </summary>
/// <remarks>
/// Messages are taken for consumed by the next poll or by <see cref="CommitAsync"/>, and their offsets stored every few seconds. Those of the
/// last poll come again unless <see cref="CommitAsync"/> was called.
/// </remarks>
public sealed class LitePullConsumer : IConsumerMember, IAsyncDisposable
{
    private readonly LitePullConsumerOptions _options;
    private readonly PollBuffer _buffer = new();
    private readonly ConsumerEngine _engine;
    private readonly RouteTable _routes;
    private readonly TimeProvider _time;

    private LitePullConsumer(ClientCore core, LitePullConsumerOptions options)
    {
        _options = options;
        _routes = core.Routes;
        _time = core.Time;
        _engine = new ConsumerEngine(core, options, this, _buffer, withSubscription: true, core.Loggers.CreateLogger<LitePullConsumer>());
    }

    public string Group => _options.Group;

    /// <summary>The queues that this consumer reads now.</summary>
    public IReadOnlyList<MessageQueue> Queues => [.. _engine.Queues.Readers.Select(r => r.Queue).Order()];

    internal static async Task<LitePullConsumer> StartAsync(ClientCore core, LitePullConsumerOptions options, CancellationToken cancellationToken)
    {
        MessageRules.CheckGroup(options.Group);
        var consumer = new LitePullConsumer(core, options);
        try
        {
            await consumer._engine.StartAsync(cancellationToken).ConfigureAwait(false);
            return consumer;
        }
        catch
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next messages, all of one queue; none when there are none in time.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> PollAsync(TimeSpan wait, CancellationToken cancellationToken = default)
    {
        if (_options.AutoCommit)
        {
            _buffer.CompletePolled();
        }

        using var deadline = new CancellationTokenSource(wait, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await _buffer.PollAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>Takes everything polled so far for consumed, and stores the offsets.</summary>
    public Task CommitAsync(CancellationToken cancellationToken = default)
    {
        _buffer.CompletePolled();
        return _engine.Offsets.PersistAsync(cancellationToken);
    }

    /// <summary>Reads exactly these queues from now on.</summary>
    /// <param name="filter">All messages when absent.</param>
    /// <exception cref="InvalidOperationException">The consumer has subscriptions: its queues are shared out.</exception>
    public async Task AssignAsync(
        IReadOnlyCollection<MessageQueue> queues, FilterExpression? filter = null, CancellationToken cancellationToken = default)
    {
        if (_options.Subscriptions.Count > 0)
        {
            throw new InvalidOperationException("Queues are assigned by hand to a consumer without subscriptions only; this one shares them with its group.");
        }

        foreach (var topic in queues.Select(q => q.Topic).Distinct())
        {
            // Loads the addresses of the brokers.
            await _routes.GetAsync(topic, cancellationToken).ConfigureAwait(false);
            _engine.Subscriptions.Put(topic, filter ?? FilterExpression.All);
        }

        foreach (var topic in _engine.Queues.Topics.Union(queues.Select(q => q.Topic)).ToList())
        {
            _engine.Queues.Apply(topic, [.. queues.Where(q => q.Topic == topic)]);
        }
    }

    /// <summary>Goes on at another offset of a queue; messages of it that were read ahead are dropped.</summary>
    public Task SeekAsync(MessageQueue queue, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return _engine.Queues.RestartAsync(queue, offset);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    ConsumerData IConsumerMember.Describe() => _engine.Describe(ConsumeType.ConsumeActively);

    void IConsumerMember.OnMembersChanged() => _engine.Rebalance();

    Task IConsumerMember.ResetOffsetsAsync(IReadOnlyDictionary<MessageQueue, long> offsets) => _engine.ResetOffsetsAsync(offsets);

    Dictionary<MessageQueue, long> IConsumerMember.ConsumedOffsets(string topic) => _engine.Offsets.Of(topic);

    ConsumerRunningInfo IConsumerMember.RunningInfo() =>
        _engine.RunningInfo(ordered: false, maxConcurrency: 1, ConsumeType.ConsumeActively, locks: null);

    Task<ConsumeMessageDirectlyResult?> IConsumerMember.ConsumeDirectlyAsync(
        StoredMessage message, string? brokerName, CancellationToken cancellationToken) => Task.FromResult<ConsumeMessageDirectlyResult?>(null);
}
