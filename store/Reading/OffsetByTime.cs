using RocketMQ.Store.Log;

namespace RocketMQ.Store.Reading;

/// <summary>Finds offsets by the store timestamps of the records they point to; those grow along a queue.</summary>
internal static class OffsetByTime
{
    /// <summary>
    /// Lower: the first offset stored at or after the moment; past everything, the next to be written. Upper: the last stored at or before it;
    /// 0, held within the queue's bounds, when there is none.
    /// </summary>
    public static long Find(ConsumeQueue queue, CommitLog log, long timestamp, BoundaryType boundary)
    {
        var min = queue.MinOffset;
        var max = queue.MaxOffset;
        // Upper is the one before the first that is later.
        var first = FirstAtOrAfter(queue, log, min, max, boundary == BoundaryType.Lower ? timestamp : timestamp + 1);
        return boundary == BoundaryType.Lower ? first : Math.Clamp(first - 1, min, max);
    }

    private static long FirstAtOrAfter(ConsumeQueue queue, CommitLog log, long low, long high, long timestamp)
    {
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (queue.TryRead(middle, out var unit) && log.StoreTimestampAt(unit.PhysicalOffset) >= timestamp)
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
