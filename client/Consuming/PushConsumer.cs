using Microsoft.Extensions.Logging;
using RocketMQ.Client.Consuming;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;

namespace RocketMQ.Client;

/// <summary>
/// Consumes the topics it subscribes to by calling a handler for each message, sharing their queues with the other members of its group.
/// Made by <see cref="RocketMQClient.StartPushConsumerAsync"/>; disposing it waits for handlers that run and stores the offsets.
/// </summary>
public sealed class PushConsumer : IConsumerMember, IAsyncDisposable
{
    private static readonly TimeSpan TimestampDefault = TimeSpan.FromMinutes(30);

    private readonly PushConsumerOptions _options;
    private readonly SubscriptionTable _subscriptions;
    private readonly OffsetTracker _offsets;
    private readonly ConcurrentDelivery _delivery;
    private readonly AssignedQueues _assigned;
    private readonly Rebalancer _rebalancer;
    private readonly RouteTable _routes;
    private readonly GroupTable _groups;
    private readonly Heartbeats _heartbeats;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private PeriodicWork? _rebalancing;
    private PeriodicWork? _persisting;
    private int _disposed;

    private PushConsumer(ClientCore core, PushConsumerOptions options, MessageHandler handler)
    {
        _options = options;
        _routes = core.Routes;
        _groups = core.Groups;
        _heartbeats = core.Heartbeats;
        _time = core.Time;
        _logger = core.Loggers.CreateLogger<PushConsumer>();
        _subscriptions = new SubscriptionTable(core.Time);
        var isBroadcast = options.Mode == ConsumeMode.Broadcasting;
        var queueOffsets = new QueueOffsets(core.Rpc, core.Brokers);
        _offsets = new OffsetTracker(options.Group, new BrokerOffsetStore(options.Group, queueOffsets), _logger);
        var invoker = new HandlerInvoker(options.Group, handler, options.ConsumeTimeout, core.Time, _logger);
        var sendBack = isBroadcast ? null : new SendBack(options.Group, options.MaxReconsumeTimes, core.Rpc, core.Brokers);
        _delivery = new ConcurrentDelivery(options.Group, options.MaxConcurrency, invoker, sendBack, core.Time, _logger);
        var fromTime = options.ConsumeFromTime ?? core.Time.GetUtcNow() - TimestampDefault;
        _assigned = new AssignedQueues(new QueueReaderSettings
        {
            Group = options.Group,
            PullBatchSize = options.PullBatchSize,
            MaxMessages = options.MaxMessagesPerQueue,
            MaxBytes = options.MaxBytesPerQueue,
            MaxOffsetSpan = options.MaxOffsetSpan,
            Subscriptions = _subscriptions,
            Puller = new MessagePuller(options.Group, core.Rpc, core.Brokers),
            Offsets = _offsets,
            Start = new StartOffset(options.ConsumeFrom, fromTime, _offsets, queueOffsets),
            Delivery = _delivery,
            Heartbeats = core.Heartbeats,
            Time = core.Time,
            Logger = _logger,
        });
        _rebalancer = new Rebalancer(
            options.Group, core.Identity.ClientId, options.Mode, options.Allocation, _subscriptions, _assigned, core.Routes, core.Brokers, core.Rpc, _logger);
        foreach (var (topic, filter) in options.Subscriptions)
        {
            _subscriptions.Put(topic, filter);
        }

        if (!isBroadcast)
        {
            _subscriptions.Put(GroupTopics.Retry(options.Group), FilterExpression.All);
        }
    }

    public string Group => _options.Group;

    /// <summary>The queues that this consumer reads now.</summary>
    public IReadOnlyList<MessageQueue> Queues => [.. _assigned.Readers.Select(r => r.Queue).Order()];

    internal static async Task<PushConsumer> StartAsync(
        ClientCore core, PushConsumerOptions options, MessageHandler handler, CancellationToken cancellationToken)
    {
        Check(options);
        var consumer = new PushConsumer(core, options, handler);
        try
        {
            await consumer.StartAsync(cancellationToken).ConfigureAwait(false);
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
        _subscriptions.Put(topic, filter);
        _routes.Watch(topic);
        _heartbeats.Poke();
        _rebalancing?.Poke();
    }

    /// <summary>Receives no more messages of a topic.</summary>
    public void Unsubscribe(string topic)
    {
        _subscriptions.Remove(topic);
        _heartbeats.Poke();
        _rebalancing?.Poke();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _routes.RouteChanged -= OnRouteChanged;
        await DisposeAsync(_rebalancing).ConfigureAwait(false);
        await DisposeAsync(_persisting).ConfigureAwait(false);
        await _assigned.StopAsync().ConfigureAwait(false);
        await _delivery.DrainAsync(_options.StopTimeout).ConfigureAwait(false);
        await _offsets.PersistAsync(CancellationToken.None).ConfigureAwait(false);
        await _delivery.DisposeAsync().ConfigureAwait(false);
        await _assigned.LeaveAllAsync().ConfigureAwait(false);
        if (_groups.RemoveConsumer(this))
        {
            await _heartbeats.LeaveAsync(consumerGroup: Group).ConfigureAwait(false);
        }
    }

    ConsumerData IConsumerMember.Describe() => new()
    {
        GroupName = Group,
        ConsumeType = ConsumeType.ConsumePassively,
        MessageModel = _options.Mode == ConsumeMode.Broadcasting ? MessageModel.Broadcasting : MessageModel.Clustering,
        ConsumeFromWhere = _options.ConsumeFrom switch
        {
            ConsumeFrom.FirstOffset => ConsumeFromWhere.ConsumeFromFirstOffset,
            ConsumeFrom.Timestamp => ConsumeFromWhere.ConsumeFromTimestamp,
            _ => ConsumeFromWhere.ConsumeFromLastOffset,
        },
        SubscriptionDataSet = _subscriptions.All,
    };

    void IConsumerMember.OnMembersChanged() => _rebalancing?.Poke();

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

    private static ValueTask DisposeAsync(PeriodicWork? work) => work?.DisposeAsync() ?? default;

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _groups.AddConsumer(this);
        foreach (var topic in _subscriptions.Topics)
        {
            _routes.Watch(topic);
            await _routes.FindAsync(topic, cancellationToken).ConfigureAwait(false);
        }

        await _heartbeats.BeatAsync(cancellationToken).ConfigureAwait(false);
        await _rebalancer.RebalanceAsync(cancellationToken).ConfigureAwait(false);
        _rebalancing = new PeriodicWork("rebalance", _options.RebalanceInterval, _time, _logger, _rebalancer.RebalanceAsync);
        _persisting = new PeriodicWork("storing of offsets", _options.OffsetPersistInterval, _time, _logger, _offsets.PersistAsync);
        _routes.RouteChanged += OnRouteChanged;
    }

    private void OnRouteChanged(string topic)
    {
        if (_subscriptions.Find(topic) is not null)
        {
            _rebalancing?.Poke();
        }
    }
}
