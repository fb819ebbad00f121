using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Metrics;

/// <summary>The store's space, its backlogs, and how long messages are kept.</summary>
internal sealed class StoreMetrics(MessageStore store, IStoreFileSystem files, TimeProvider time) : IMetricSource
{
    /// <summary>Labels that Apache puts on each figure of the store.</summary>
    internal static readonly (string Name, string Value)[] Labels = [("storage_medium", "disk"), ("storage_type", "local")];

    public void Collect(MetricSet metrics)
    {
        var end = store.MaxPhysicalOffset;
        // As Apache counts them: whatever lies on the same file system.
        metrics.Gauge("rocketmq_storage_size", "Bytes in use on the disk of the store", "bytes").Add(files.SpaceOf(Path.GetFullPath(store.Options.StorePathRootDir)).Used, Labels);
        metrics.Gauge("rocketmq_storage_flush_behind_bytes", "Bytes appended and not yet on the disk", "bytes").Add(Math.Max(0, end - store.FlushedOffset), Labels);
        metrics.Gauge("rocketmq_storage_dispatch_behind_bytes", "Bytes appended and not yet visible in queues", "bytes")
            .Add(Math.Max(0, end - store.DispatchedOffset), Labels);
        metrics.Gauge("rocketmq_storage_commit_log_bytes", "Bytes of the commit log that are kept", "bytes")
            .Add(end - store.MinPhysicalOffset, Labels);
        var figures = store.Figures();
        var ratio = metrics.Gauge("rocketmq_storage_disk_ratio", "Share of the disk in use, 0 to 1");
        ratio.Add(figures.CommitLogDiskRatio, [.. Labels, ("path", "commitlog")]);
        ratio.Add(figures.ConsumeQueueDiskRatio, [.. Labels, ("path", "consumequeue")]);
        var kept = metrics.Gauge("rocketmq_storage_message_reserve_time", "Age of the oldest message", "milliseconds");
        if (store.EarliestStoreTimestamp() is > 0 and var earliest)
        {
            kept.Add(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - earliest), Labels);
        }
    }
}
