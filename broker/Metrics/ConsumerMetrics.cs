using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Metrics;

/// <summary>
/// How far each group is behind in each topic: of all groups that ever committed an offset, and of those that subscribe now. Apache's broker
/// tells this of connected groups only, and adds a group's filter in; here every message of the queue counts.
/// </summary>
internal sealed class ConsumerMetrics(MessageStore store, TopicTable topics, ConsumerOffsets offsets, ConsumerTable consumers, TimeProvider time)
    : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        var lag = metrics.Gauge("rocketmq_consumer_lag_messages", "Messages that the group has not consumed");
        var lagMs = metrics.Gauge("rocketmq_consumer_lag_latency", "Age of the oldest message that the group has not consumed", "milliseconds");
        var inflight = metrics.Gauge("rocketmq_consumer_inflight_messages", "Messages that the group has pulled and not acknowledged");
        var queueingMs = metrics.Gauge("rocketmq_consumer_queueing_latency", "Age of the oldest message that the group has not pulled", "milliseconds");
        var ready = metrics.Gauge("rocketmq_consumer_ready_messages", "Messages that the group has not pulled");
        foreach (var (group, topic) in Pairs())
        {
            var backlog = Measure(group, topic);
            (string, string)[] labels =
            [
                ("consumer_group", group), ("topic", topic), ("is_retry", MetricLabels.Truth(SystemTopics.IsRetry(topic))),
                ("is_system", MetricLabels.Truth(SystemTopics.IsSystem(topic) || SystemTopics.IsSystemGroup(group))),
            ];
            lag.Add(backlog.Lag, labels);
            lagMs.Add(Age(backlog.UnconsumedSinceMs), labels);
            inflight.Add(backlog.Inflight, labels);
            queueingMs.Add(Age(backlog.UnpulledSinceMs), labels);
            ready.Add(backlog.Ready, labels);
        }
    }

    private SortedSet<(string Group, string Topic)> Pairs()
    {
        var pairs = new SortedSet<(string Group, string Topic)>();
        foreach (var (topic, group) in offsets.Pairs)
        {
            Add(group, topic);
        }

        foreach (var group in consumers.All.Values.Where(g => g.MessageModel == MessageModel.Clustering))
        {
            foreach (var topic in group.Subscriptions.Keys)
            {
                Add(group.Name, topic);
            }
        }

        return pairs;

        void Add(string group, string topic)
        {
            if (!SystemTopics.IsSystemGroup(group) && topics.TryGet(topic, out _))
            {
                pairs.Add((group, topic));
            }
        }
    }

    private Backlog Measure(string group, string topic)
    {
        var committed = offsets.QueryAll(group, topic);
        var queues = topics.Get(topic) is { } config ? Math.Max(config.ReadQueueNums, config.WriteQueueNums) : 1;
        var total = new Backlog(0, 0, 0, long.MaxValue, long.MaxValue);
        foreach (var queueId in Enumerable.Range(0, queues).Union(committed.Keys))
        {
            total = total.With(Measure(group, topic, queueId, committed));
        }

        return total;
    }

    /// <summary>A group that never committed a queue begins at its end, as far as anyone knows: it is not behind.</summary>
    private Backlog Measure(string group, string topic, int queueId, IReadOnlyDictionary<int, long> committed)
    {
        var end = store.MaxOffset(topic, queueId);
        if (!committed.TryGetValue(queueId, out var consumed))
        {
            consumed = end;
        }

        var start = store.MinOffset(topic, queueId);
        consumed = Math.Clamp(consumed, Math.Min(start, end), end);
        var pulled = Math.Clamp(offsets.QueryPulled(group, topic, queueId), consumed, end);
        return new Backlog(end - consumed, pulled - consumed, end - pulled, StoredAt(topic, queueId, consumed, end), StoredAt(topic, queueId, pulled, end));
    }

    private long StoredAt(string topic, int queueId, long offset, long end) =>
        offset < end && store.StoreTimestamp(topic, queueId, offset) is > 0 and var storedMs ? storedMs : long.MaxValue;

    private long Age(long sinceMs) => sinceMs == long.MaxValue ? 0 : Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - sinceMs);

    private readonly record struct Backlog(long Lag, long Inflight, long Ready, long UnconsumedSinceMs, long UnpulledSinceMs)
    {
        public Backlog With(in Backlog other) => new(
            Lag + other.Lag, Inflight + other.Inflight, Ready + other.Ready,
            Math.Min(UnconsumedSinceMs, other.UnconsumedSinceMs), Math.Min(UnpulledSinceMs, other.UnpulledSinceMs));
    }
}
