namespace RocketMQ.Store.Queues;

/// <summary>Finds the units of a queue that say which offsets they stand for (BatchCQ); where some were lost, from those around them.</summary>
internal static class OffsetSearch
{
    /// <summary>Lost units in a row that are passed over where one is searched.</summary>
    public const int MaxLostPassed = 4096;

    /// <summary>The index of the unit that stands for an offset, or of the next one where none does.</summary>
    public static long IndexOf(ConsumeQueue queue, long offset)
    {
        // Behind the last that begins at the offset or before it.
        var (low, high) = (FindTail(queue, offset) ?? queue.FirstIndex, queue.EndIndex);
        var first = low;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (TryFindWritten(queue, middle, high, out var at, out var entry) && entry.Offset <= offset)
            {
                low = at + 1;
            }
            else
            {
                high = middle;
            }
        }
        var isHeld = low > first && queue.TryReadUnchecked(low - 1, out var found) && found.Unit.IsWritten
            && (found.End > offset || found.Offset == offset);
        return isHeld ? low - 1 : low;
    }

    /// <summary>The first unit in memory, if the one of an offset is among those from it on.</summary>
    public static long? FindTail(ConsumeQueue queue, long offset)
    {
        var tail = queue.FirstInMemory;
        return tail >= queue.FirstIndex && queue.TryReadUnchecked(tail, out var entry) && entry.Unit.IsWritten && entry.Offset <= offset ? tail : null;
    }

    /// <summary>The first unit from one on that was written.</summary>
    public static bool TryFindWritten(ConsumeQueue queue, long index, long limit, out long at, out QueueEntry entry)
    {
        entry = default;
        for (at = index; at < Math.Min(limit, index + MaxLostPassed); at++)
        {
            if (queue.TryReadUnchecked(at, out entry) && entry.Unit.IsWritten)
            {
                return true;
            }
        }
        return false;
    }
}
