using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>The parts of pop consumption, wired: the operations, what they share, and the work that brings back what nobody acknowledged.</summary>
internal sealed class PopConsumption : IDisposable
{
    private static readonly TimeSpan OrderPersistPeriod = TimeSpan.FromSeconds(1);

    private readonly TopicTable _topics;
    private readonly SubscriptionGroups _groups;
    private readonly TimeProvider _time;
    private readonly OrderedPops _orders;
    private readonly ParkedRequests _pops;
    private readonly ParkedRequests _notifications;
    private readonly ReviveQueue[] _reviveQueues;
    private readonly RetryMessages _retries;
    private readonly TimerArrivals _timers;

    /// <param name="options">The broker's settings.</param>
    /// <param name="store">The messages.</param>
    /// <param name="publisher">Takes checkpoints and acknowledgements.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="offsets">How far groups have popped, and the revive topic is consumed.</param>
    /// <param name="storeHost">The sender of what is written here.</param>
    /// <param name="orderFile">consumerOrderInfo.json.</param>
    /// <param name="timers">Tells how far timed messages are delivered.</param>
    /// <param name="statistics">What is popped and acknowledged is counted there.</param>
    /// <param name="wakes">Answers what waited.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public PopConsumption(
        BrokerOptions options, MessageStore store, MessagePublisher publisher, TopicTable topics, SubscriptionGroups groups,
        ConsumerOffsets offsets, MessageHost storeHost, JournalledFile orderFile, TimerArrivals timers,
        BrokerStatistics statistics, WakeStage wakes, TimeProvider time, ILogger<PopConsumption> logger)
    {
        _topics = topics;
        _groups = groups;
        _timers = timers;
        _time = time;
        _orders = new OrderedPops(orderFile, time);
        _pops = new ParkedRequests(options, store, wakes, time);
        _notifications = new ParkedRequests(options, store, wakes, time);
        _orders.Freed += OnFreed;

        var guard = new PopGuard(options, topics, groups);
        var locks = new PopQueueLocks();
        var starts = new PopStart(options, offsets, store, _orders);
        var log = new ReviveLog(options, publisher, storeHost, time);
        var acks = new Acknowledgements(store, log, _orders, offsets, locks, statistics);
        var reader = new PopReader(options, store, offsets, starts, locks, _orders, log, statistics);
        Pops = new Pops(
            options, guard, reader, starts, log, _pops, new MessageFilterCache(maxExpressionSize: () => options.MaxFilterExpressionSize), topics, time);
        Peeks = new Peeks(guard, starts, store, topics);
        Acks = new Acks(guard, store, acks);
        InvisibleTimes = new InvisibleTimes(guard, store, log, acks, _orders, offsets, locks, statistics, time);
        Notifications = new Notifications(guard, starts, _notifications, topics, time);

        var retries = _retries = new RetryMessages(options, store, publisher, topics, groups, offsets, storeHost, logger);
        var reviveTopic = PopTopics.Revive(options.BrokerClusterName);
        _reviveQueues = [.. Enumerable.Range(0, options.ReviveQueueNum)
            .Select(id => new ReviveQueue(reviveTopic, id, store, offsets, retries, logger))];
        Persistence = new PeriodicWork("persistence of ordered pops", OrderPersistPeriod, Persist, time, logger);
        Revival = new PeriodicWork("pop revival", TimeSpan.FromMilliseconds(options.ReviveInterval), ReviveAsync, time, logger, onceMoreAtStop: false);
    }

    public Pops Pops { get; }

    public Peeks Peeks { get; }

    public Acks Acks { get; }

    public InvisibleTimes InvisibleTimes { get; }

    public Notifications Notifications { get; }

    /// <summary>Saves which messages of queues that are popped in order are with whom.</summary>
    public PeriodicWork Persistence { get; }

    /// <summary>Brings back what nobody acknowledged; the master's affair.</summary>
    public PeriodicWork Revival { get; }

    /// <summary>Checkpoints in memory, about to come back or to be acknowledged.</summary>
    public int PendingCheckPoints => _reviveQueues.Sum(q => q.PendingCount);

    /// <summary>Has the revive topic read again from the committed offsets on: the log was written by another broker meanwhile. Not beside <see cref="Revival"/>.</summary>
    public void ForgetRevived() => Array.ForEach(_reviveQueues, queue => queue.Forget());

    public void Dispose()
    {
        _pops.Dispose();
        _notifications.Dispose();
        _orders.Freed -= OnFreed;
        _orders.Dispose();
    }

    private ValueTask Persist()
    {
        _orders.Persist(_topics, _groups);
        return default;
    }

    private async ValueTask ReviveAsync()
    {
        // Asked before reading: what is delivered meanwhile is not relied on.
        var arrivedToMs = _timers.ArrivedToMs();
        foreach (var queue in _reviveQueues)
        {
            queue.Round(_time.GetUtcNow().ToUnixTimeMilliseconds(), arrivedToMs);
        }

        if ((await _retries.BroughtBack.WaitOnDiskAsync().ConfigureAwait(false)).IsStored)
        {
            foreach (var queue in _reviveQueues)
            {
                queue.Commit();
            }
        }
    }

    private void OnFreed(PopQueue queue)
    {
        foreach (var parked in new[] { _pops, _notifications })
        {
            _ = parked.Wake(queue with { QueueId = -1 }) || parked.Wake(queue);
        }
    }
}
