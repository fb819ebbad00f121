using RocketMQ.Broker.Replication;

namespace RocketMQ.Broker.Metrics;

/// <summary>How far slaves are behind, and whether a slave follows.</summary>
internal sealed class ReplicationMetrics(ReplicationFigures figures) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        if (figures.Epoch is { } epoch)
        {
            metrics.Gauge("rocketmq_replication_epoch", "Epoch of the master that this broker is, or follows; 0 before it knows of one").Add(epoch);
        }

        if (figures.IsFollowing is { } isFollowing)
        {
            metrics.Gauge("rocketmq_replication_following", "1 while this slave follows its master's log, else 0").Add(isFollowing ? 1 : 0);
            return;
        }

        metrics.Gauge("rocketmq_replication_slaves", "Slaves that follow this broker's log").Add(figures.Slaves);
        metrics.Gauge("rocketmq_replication_lag_bytes", "Bytes of the log that the last of the slaves does not have").Add(figures.FurthestBehind);
        if (figures.InSync is { } members)
        {
            metrics.Gauge("rocketmq_replication_sync_state_set", "Brokers of the sync-state set, this one among them").Add(members);
        }
    }
}
