using System.Globalization;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// What every consumer of shared queues runs on: subscriptions, its share of the queues, their readers and offsets, in the right order of
/// start and stop. What becomes of the messages is the business of its <see cref="IDelivery"/>.
/// </summary>
internal sealed class ConsumerEngine : IAsyncDisposable
{
    private static readonly TimeSpan TimestampDefault = TimeSpan.FromMinutes(30);

    private readonly ConsumerOptions _options;
    private readonly IConsumerMember _member;
    private readonly IDelivery _delivery;
    private readonly Rebalancer _rebalancer;
    private readonly ClientCore _core;
    private readonly ILogger _logger;
    private readonly DateTimeOffset _started;
    private PeriodicWork? _rebalancing;
    private PeriodicWork? _persisting;
    private int _disposed;

    /// <param name="withSubscription">Tell brokers the subscription with each pull, for queues that are assigned by hand.</param>
    public ConsumerEngine(ClientCore core, ConsumerOptions options, IConsumerMember member, IDelivery delivery, bool withSubscription, ILogger logger)
    {
        _core = core;
        _options = options;
        _member = member;
        _delivery = delivery;
        _logger = logger;
        _started = core.Time.GetUtcNow();
        Subscriptions = new SubscriptionTable(core.Time);
        QueueOffsets = new QueueOffsets(core.Rpc, core.Brokers);
        Offsets = new OffsetTracker(options.Group, Store(), logger);
        Queues = new AssignedQueues(new QueueReaderSettings
        {
            Group = options.Group,
            PullBatchSize = options.PullBatchSize,
            MaxMessages = options.MaxMessagesPerQueue,
            MaxBytes = options.MaxBytesPerQueue,
            MaxOffsetSpan = options.MaxOffsetSpan,
            WithSubscription = withSubscription,
            CommitWithPull = options.Mode == ConsumeMode.Clustering,
            Subscriptions = Subscriptions,
            Puller = new MessagePuller(options.Group, core.Rpc, core.Brokers),
            Offsets = Offsets,
            Start = new StartOffset(options.ConsumeFrom, options.ConsumeFromTime ?? _started - TimestampDefault, Offsets, QueueOffsets),
            Delivery = delivery,
            Heartbeats = core.Heartbeats,
            Time = core.Time,
            Logger = logger,
        });
        _rebalancer = new Rebalancer(
            options.Group, core.Identity.ClientId, options.Mode, options.Allocation, Subscriptions, Queues, core.Routes, core.Brokers, core.Rpc, logger);
        foreach (var (topic, filter) in options.Subscriptions)
        {
            Subscriptions.Put(topic, filter);
        }
    }

    public SubscriptionTable Subscriptions { get; }

    public OffsetTracker Offsets { get; }

    public QueueOffsets QueueOffsets { get; }

    public AssignedQueues Queues { get; }

    /// <summary>Joins the group and takes the first share of queues.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _core.Groups.AddConsumer(_member);
        foreach (var topic in Subscriptions.Topics)
        {
            _core.Routes.Watch(topic);
            if (await _core.Routes.FindAsync(topic, cancellationToken).ConfigureAwait(false) is { } route)
            {
                await CheckFilterAsync(topic, route, cancellationToken).ConfigureAwait(false);
            }
        }

        await _core.Heartbeats.BeatAsync(cancellationToken).ConfigureAwait(false);
        if (_options.Subscriptions.Count > 0)
        {
            await _rebalancer.RebalanceAsync(cancellationToken).ConfigureAwait(false);
            _rebalancing = new PeriodicWork("rebalance", _options.RebalanceInterval, _core.Time, _logger, _rebalancer.RebalanceAsync);
        }

        _persisting = new PeriodicWork("storing of offsets", _options.OffsetPersistInterval, _core.Time, _logger, Offsets.PersistAsync);
        _core.Routes.RouteChanged += OnRouteChanged;
    }

    public void Rebalance() => _rebalancing?.Poke();

    public void Subscribe(string topic, FilterExpression filter)
    {
        Subscriptions.Put(topic, filter);
        _core.Routes.Watch(topic);
        OnSubscriptionsChanged();
    }

    public void Unsubscribe(string topic)
    {
        Subscriptions.Remove(topic);
        OnSubscriptionsChanged();
    }

    public async Task ResetOffsetsAsync(IReadOnlyDictionary<MessageQueue, long> offsets)
    {
        foreach (var (queue, offset) in offsets)
        {
            await Queues.RestartAsync(queue, offset).ConfigureAwait(false);
        }
    }

    public ConsumerData Describe(ConsumeType type) => new()
    {
        GroupName = _options.Group,
        ConsumeType = type,
        MessageModel = _options.Mode == ConsumeMode.Broadcasting ? MessageModel.Broadcasting : MessageModel.Clustering,
        ConsumeFromWhere = _options.ConsumeFrom switch
        {
            ConsumeFrom.FirstOffset => ConsumeFromWhere.ConsumeFromFirstOffset,
            ConsumeFrom.Timestamp => ConsumeFromWhere.ConsumeFromTimestamp,
            _ => ConsumeFromWhere.ConsumeFromLastOffset,
        },
        SubscriptionDataSet = Subscriptions.All,
    };

    /// <summary>What <c>mqadmin consumerStatus</c> shows, but for what the delivery knows better.</summary>
    public ConsumerRunningInfo RunningInfo(bool ordered, int maxConcurrency, ConsumeType type, QueueLocks? locks) => new()
    {
        Properties = new Dictionary<string, string>
        {
            ["PROP_CLIENT_VERSION"] = MqVersion.Description(MqVersion.Current),
            ["PROP_CONSUMEORDERLY"] = ordered ? "true" : "false",
            ["PROP_CONSUMER_START_TIMESTAMP"] = _started.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["PROP_CONSUME_TYPE"] = type == ConsumeType.ConsumeActively ? "CONSUME_ACTIVELY" : "CONSUME_PASSIVELY",
            ["PROP_NAMESERVER_ADDR"] = string.Join(';', _core.NameServers.Addresses),
            ["PROP_THREADPOOL_CORE_SIZE"] = maxConcurrency.ToString(CultureInfo.InvariantCulture),
        },
        SubscriptionSet = Subscriptions.All,
        MqTable = Queues.Readers.ToDictionary(r => r.Queue, r => Info(r, locks)),
    };

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _core.Routes.RouteChanged -= OnRouteChanged;
        await DisposeAsync(_rebalancing).ConfigureAwait(false);
        await DisposeAsync(_persisting).ConfigureAwait(false);
        await Queues.StopAsync().ConfigureAwait(false);
        await _delivery.DrainAsync(_options.StopTimeout).ConfigureAwait(false);
        await Offsets.PersistAsync(CancellationToken.None).ConfigureAwait(false);
        await Queues.LeaveAllAsync().ConfigureAwait(false);
        await _delivery.DisposeAsync().ConfigureAwait(false);
        if (_core.Groups.RemoveConsumer(_member))
        {
            await _core.Heartbeats.LeaveAsync(consumerGroup: _options.Group).ConfigureAwait(false);
        }
    }

    private static ValueTask DisposeAsync(PeriodicWork? work) => work?.DisposeAsync() ?? default;

    private static ProcessQueueInfo Info(QueueReader reader, QueueLocks? locks)
    {
        var (min, max) = reader.Window.Range;
        return new ProcessQueueInfo
        {
            CommitOffset = reader.Window.ConsumedOffset,
            CachedMsgMinOffset = min,
            CachedMsgMaxOffset = max,
            CachedMsgCount = reader.Window.Count,
            CachedMsgSizeInMiB = (int)(reader.Window.Bytes / (1024 * 1024)),
            Locked = locks?.IsHeld(reader.Queue) ?? false,
            LastLockTimestamp = locks?.LockedAt(reader.Queue) is { } at ? Ms(at) : 0,
            LastPullTimestamp = Ms(reader.LastPull),
            LastConsumeTimestamp = Ms(reader.LastConsumed),
        };
    }

    private static long Ms(DateTimeOffset time) => time == default ? 0 : time.ToUnixTimeMilliseconds();

    /// <summary>A broadcasting consumer needs an id that outlives the process; the one brokers know it by does not, unless it is named.</summary>
    private IOffsetStore Store()
    {
        if (_options.Mode == ConsumeMode.Clustering)
        {
            return new BrokerOffsetStore(_options.Group, QueueOffsets);
        }

        var path = Path.Combine(_options.OffsetDirectory, _core.Identity.LastingId, _options.Group, "offsets.json");
        return new FileOffsetStore(path, _logger);
    }

    /// <summary>A broker says at once whether it understands an SQL condition.</summary>
    private async Task CheckFilterAsync(string topic, TopicRoute route, CancellationToken cancellationToken)
    {
        if (Subscriptions.Find(topic) is not { ExpressionType: FilterExpression.SqlType } subscription || route.Brokers.Count == 0)
        {
            return;
        }

        var body = new CheckClientRequestBody { ClientId = _core.Identity.ClientId, Group = _options.Group, SubscriptionData = subscription };
        var (address, _) = _core.Brokers.Reader(route.Brokers[0].Name, BrokerEndpoints.MasterId);
        await _core.Rpc.CallAsync(
            address, RemotingCommand.Request(RequestCode.CheckClientConfig, body: RemotingJson.Serialize(body)), cancellationToken).ConfigureAwait(false);
    }

    private void OnSubscriptionsChanged()
    {
        _core.Heartbeats.Poke();
        Rebalance();
    }

    private void OnRouteChanged(string topic)
    {
        if (Subscriptions.Find(topic) is not null)
        {
            Rebalance();
        }
    }
}
