using System.Globalization;
using RocketMQ.Broker.Timing;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Metrics;

/// <summary>Messages that wait for a time.</summary>
internal sealed class TimerMetricSource(TimerStore timers, TimerFigures figures, TimerMetrics counts, TimeProvider time) : IMetricSource
{
    /// <summary>Upper bounds, in seconds from now, of the ranges in which waiting messages are counted: Apache's timerDist.</summary>
    private static readonly int[] BoundsSeconds = [5, 60, 300, 900, 3600, 14_400, 28_800, 86_400];

    public void Collect(MetricSet metrics)
    {
        var behindMs = figures.ReadBehindSeconds * 1000;
        metrics.Gauge("rocketmq_timer_enqueue_lag", "Timed messages that are not in the wheel yet").Add(figures.OffsetBehind, StoreMetrics.Labels);
        metrics.Gauge("rocketmq_timer_dequeue_lag", "Timed messages that are due and not delivered").Add(Overdue(behindMs), StoreMetrics.Labels);
        metrics.Gauge("rocketmq_timer_dequeue_latency", "How far delivery of timed messages is behind the clock", "milliseconds")
            .Add(behindMs, StoreMetrics.Labels);
        metrics.Counter("rocketmq_timer_enqueue_total", "Timed messages put into the wheel").Add(figures.Enqueued.Total, StoreMetrics.Labels);
        metrics.Counter("rocketmq_timer_dequeue_total", "Timed messages delivered, or sent on their way again")
            .Add(figures.Dequeued.Total, StoreMetrics.Labels);
        var waiting = metrics.Gauge("rocketmq_timing_messages", "Timed messages that wait, by the topic they are for");
        foreach (var (topic, count) in counts.Snapshot().TimingCount)
        {
            waiting.Add(count.Count, [.. StoreMetrics.Labels, ("topic", topic)]);
        }

        Snapshot(metrics.Gauge("rocketmq_timer_message_snapshot", "Timed messages by when they are due, within 24 hours"));
    }

    private void Snapshot(MetricFamily family)
    {
        var nowMs = timers.Floor(time.GetUtcNow().ToUnixTimeMilliseconds());
        var fromMs = nowMs;
        foreach (var bound in BoundsSeconds)
        {
            long count = 0;
            for (; fromMs < nowMs + bound * 1000L && timers.Reaches(fromMs); fromMs += timers.PrecisionMs)
            {
                count += timers.CountAt(fromMs);
            }

            family.Add(count, [.. StoreMetrics.Labels, ("timer_bound_s", bound.ToString(CultureInfo.InvariantCulture))]);
        }
    }

    private long Overdue(long behindMs)
    {
        long count = 0;
        var nowMs = timers.Floor(time.GetUtcNow().ToUnixTimeMilliseconds());
        for (var atMs = timers.Floor(nowMs - behindMs); behindMs > 0 && atMs < nowMs; atMs += timers.PrecisionMs)
        {
            count += timers.CountAt(atMs);
        }

        return count;
    }
}
