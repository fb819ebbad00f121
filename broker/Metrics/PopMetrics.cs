using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Popping;
using RocketMQ.Store;

namespace RocketMQ.Broker.Metrics;

/// <summary>How far the revival of popped messages is, by queue of the revive topic.</summary>
internal sealed class PopMetrics(BrokerOptions options, MessageStore store, ConsumerOffsets offsets, Func<int> pending, TimeProvider time) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        metrics.Gauge("rocketmq_pop_checkpoint_buffer_size", "Checkpoints in memory, about to come back or to be acknowledged").Add(pending());
        var lag = metrics.Gauge("rocketmq_pop_revive_lag", "Records of the revive topic that are not dealt with");
        var latency = metrics.Gauge("rocketmq_pop_revive_latency", "Age of the oldest of them", "milliseconds");
        var topic = PopTopics.Revive(options.BrokerClusterName);
        for (var queueId = 0; queueId < options.ReviveQueueNum; queueId++)
        {
            // The committed offset is the last that is done with.
            var next = offsets.Query(PopTopics.ReviveGroup, topic, queueId) + 1;
            var behind = Math.Max(0, store.MaxOffset(topic, queueId) - next);
            var storedMs = behind > 0 ? store.StoreTimestamp(topic, queueId, next) : -1;
            var label = ("queue_id", queueId.ToString(CultureInfo.InvariantCulture));
            lag.Add(behind, label);
            latency.Add(storedMs > 0 ? Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - storedMs) : 0, label);
        }
    }
}
