namespace RocketMQ.Store.Queues;

/// <summary>
/// Looks for the end of a queue in its files: the first offset that holds nothing valid. Units are in the order of their records and mostly without a
/// hole, so that a few looks do; but a disk may have lost a page, and what stands behind it must not be taken for nothing.
/// </summary>
internal static class QueueEnd
{
    private const int BlockUnits = 4096;

    /// <param name="files">The queue's.</param>
    /// <param name="physicalLimit">Units whose records end after this do not count.</param>
    /// <param name="likelyEnd">Where the end is looked for first.</param>
    public static long Find(QueueFiles files, long physicalLimit, long likelyEnd)
    {
        if (files.IsEmpty)
        {
            return 0;
        }
        var low = files.First / files.UnitBytes;
        var high = (files.Last + files.FileSize) / files.UnitBytes;
        if (likelyEnd > low && likelyEnd <= high && IsKept(Unit(files, likelyEnd - 1), physicalLimit) && !IsKept(Unit(files, likelyEnd), physicalLimit))
        {
            return likelyEnd;
        }
        for (var end = high; low < end;)
        {
            var middle = low + (end - low) / 2;
            if (IsKept(Unit(files, middle), physicalLimit))
            {
                low = middle + 1;
            }
            else
            {
                end = middle;
            }
        }
        return AfterLastKept(files, low, high, physicalLimit);
    }

    /// <summary>The unit in the file; the default, which nobody wrote, when it has none there.</summary>
    public static QueueUnit Unit(QueueFiles files, long offset)
    {
        Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
        return files.Read(bytes, offset * files.UnitBytes) == bytes.Length ? QueueUnit.Read(bytes) : default;
    }

    /// <summary>Where the last valid unit behind a supposed end has its end; mostly there is none.</summary>
    private static long AfterLastKept(QueueFiles files, long supposed, long high, long physicalLimit)
    {
        var end = supposed;
        var last = supposed * files.UnitBytes > files.First ? Unit(files, supposed - 1).EndOffset : 0;
        var block = new byte[BlockUnits * files.UnitBytes];
        for (var at = supposed; at < high;)
        {
            var read = files.Read(block.AsSpan(0, (int)Math.Min(BlockUnits, high - at) * files.UnitBytes), at * files.UnitBytes) / files.UnitBytes;
            if (read == 0)
            {
                // A file is missing: the next one may be there.
                at = (at * files.UnitBytes / files.FileSize + 1) * (files.FileSize / files.UnitBytes);
                continue;
            }
            var units = block.AsSpan(0, read * files.UnitBytes);
            for (var i = 0; i < read && units[(i * files.UnitBytes)..].ContainsAnyExcept((byte)0); i++)
            {
                var unit = QueueUnit.Read(units[(i * files.UnitBytes)..]);
                if (IsKept(unit, physicalLimit) && (unit.IsPlaceholder || unit.PhysicalOffset >= last))
                {
                    last = unit.IsPlaceholder ? last : unit.EndOffset;
                    end = at + i + 1;
                }
            }
            at += read;
        }
        return end;
    }

    private static bool IsKept(in QueueUnit unit, long physicalLimit) =>
        unit.IsWritten && (unit.IsPlaceholder || unit.EndOffset <= physicalLimit);
}
