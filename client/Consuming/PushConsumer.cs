using Microsoft.Extensions.Logging;
using RocketMQ.Client.Consuming;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>
/// Consumes the topics it subscribes to by calling a handler for each message, sharing their queues with the other members of its group.
/// Made by <see cref="RocketMQClient.StartPushConsumerAsync"/>; disposing it waits for handlers that run and stores the offsets.
/// </summary>
public sealed class PushConsumer : IConsumerMember, IAsyncDisposable
{
    private readonly PushConsumerOptions _options;
    private readonly ConsumeMeter _meter;
    private readonly HandlerInvoker _invoker;
    private readonly QueueLocks? _locks;
    private readonly ConsumerEngine _engine;
    private readonly TimeProvider _time;

    private PushConsumer(ClientCore core, PushConsumerOptions options, MessageHandler handler)
    {
        _options = options;
        _time = core.Time;
        var logger = core.Loggers.CreateLogger<PushConsumer>();
        var isClustering = options.Mode == ConsumeMode.Clustering;
        _meter = new ConsumeMeter(core.Time);
        _invoker = new HandlerInvoker(options.Group, handler, options.ConsumeTimeout, _meter, options.Trace ? core.Trace.Value : null, core.Time, logger);
        _locks = isClustering && options.Ordered
            ? new QueueLocks(options.Group, core.Identity.ClientId, core.Rpc, core.Brokers, core.Time, logger)
            : null;
        var sendBack = isClustering ? new SendBack(options.Group, options.MaxReconsumeTimes, core.Rpc, core.Brokers) : null;
        IDelivery delivery = options.Ordered
            ? new OrderedDelivery(options, _invoker, _locks, sendBack, core.Time, logger)
            : new ConcurrentDelivery(options.Group, options.MaxConcurrency, _invoker, sendBack, core.Time, logger);
        _engine = new ConsumerEngine(core, options, this, delivery, withSubscription: false, logger);
        if (isClustering)
        {
            _engine.Subscriptions.Put(GroupTopics.Retry(options.Group), FilterExpression.All);
        }
    }

    public string Group => _options.Group;

    /// <summary>The queues that this consumer reads now.</summary>
    public IReadOnlyList<MessageQueue> Queues => [.. _engine.Queues.Readers.Select(r => r.Queue).Order()];

    internal static async Task<PushConsumer> StartAsync(
        ClientCore core, PushConsumerOptions options, MessageHandler handler, CancellationToken cancellationToken)
    {
        Check(options);
        var consumer = new PushConsumer(core, options, handler);
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

    /// <summary>Also receives messages of another topic, or other ones of a topic subscribed to before.</summary>
    public void Subscribe(string topic, FilterExpression filter)
    {
        MessageRules.CheckTopic(topic);
        _engine.Subscribe(topic, filter);
    }

    /// <summary>Receives no more messages of a topic.</summary>
    public void Unsubscribe(string topic) => _engine.Unsubscribe(topic);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    ConsumerData IConsumerMember.Describe() => _engine.Describe(ConsumeType.ConsumePassively);

    void IConsumerMember.OnMembersChanged() => _engine.Rebalance();

    Task IConsumerMember.ResetOffsetsAsync(IReadOnlyDictionary<MessageQueue, long> offsets) => _engine.ResetOffsetsAsync(offsets);

    Dictionary<MessageQueue, long> IConsumerMember.ConsumedOffsets(string topic) => _engine.Offsets.Of(topic);

    ConsumerRunningInfo IConsumerMember.RunningInfo() =>
        _engine.RunningInfo(_options.Ordered, _options.MaxConcurrency, ConsumeType.ConsumePassively, _locks) with { StatusTable = _meter.Status() };

    async Task<ConsumeMessageDirectlyResult?> IConsumerMember.ConsumeDirectlyAsync(
        StoredMessage message, string? brokerName, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var result = await _invoker.InvokeAsync(new ReceivedMessage(message, brokerName ?? ""), cancellationToken).ConfigureAwait(false);
        return new ConsumeMessageDirectlyResult
        {
            Order = _options.Ordered,
            ConsumeResult = result.IsSuccess ? CMResult.CrSuccess : CMResult.CrLater,
            SpentTimeMills = (long)_time.GetElapsedTime(started).TotalMilliseconds,
        };
    }

    private static void Check(PushConsumerOptions options)
    {
        MessageRules.CheckGroup(options.Group);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PullBatchSize, 1);
        if (options.Subscriptions.Count == 0)
        {
            throw new ArgumentException("The consumer subscribes to nothing; name at least one topic.", nameof(options));
        }

        foreach (var topic in options.Subscriptions.Keys)
        {
            MessageRules.CheckTopic(topic);
        }
    }
}
