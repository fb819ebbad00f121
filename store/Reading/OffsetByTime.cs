using RocketMQ.Store.Log;

namespace RocketMQ.Store.Reading;

/// <summary>Finds offsets by the store timestamps of the records they point to; those grow along a queue.</summary>
internal static class OffsetByTime
{
    /// <summary>
    /// Lower: the first offset stored at or after the moment; past everything, the next to be written. Upper: the last stored at or before it;
    /// 0, held within the queue's bounds, when there is none. In a queue of batches it is the first offset of a record, and past everything that of the
    /// last one, as Apache's brokers answer.
    /// </summary>
    public static long Find(ConsumeQueue queue, CommitLog log, long timestamp, BoundaryType boundary)
    {
        var (min, max) = (queue.MinOffset, queue.MaxOffset);
        var (first, end) = (queue.FirstIndex, queue.IsBatch ? queue.EndIndex : max);
        // Upper is the one before the first that is later.
        var found = FirstAtOrAfter(queue, log, first, end, boundary == BoundaryType.Lower ? timestamp : timestamp + 1);
        if (!queue.IsBatch)
        {
            return boundary == BoundaryType.Lower ? found : Math.Clamp(found - 1, min, max);
        }
        found = Math.Clamp(boundary == BoundaryType.Lower ? found : found - 1, first, Math.Max(first, end - 1));
        return queue.TryReadAt(found, out var entry) ? Math.Clamp(entry.Offset, min, max) : max;
    }

    private static long FirstAtOrAfter(ConsumeQueue queue, CommitLog log, long low, long high, long timestamp)
    {
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (queue.TryReadAt(middle, out var entry) && log.StoreTimestampAt(entry.Unit.PhysicalOffset) >= timestamp)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }
}
