using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Where a reset by time leads.</summary>
internal static class OffsetTarget
{
    /// <summary>The first offset stored at or after a time, ms since 1970; the end of the queue where that is negative or too late.</summary>
    public static long ByTime(MessageStore store, string topic, int queueId, long timestamp) =>
        timestamp < 0 ? store.MaxOffset(topic, queueId) : store.OffsetByTime(topic, queueId, timestamp);
}
