using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Queues;

/// <summary>
/// Gives queues back from the log what they lost or have wrong. Only the part of the log between the nearest units that are right is read. Units whose
/// records the log has no more are marked as lost, so that readers pass them; a unit whose record alone is damaged is left as it is.
/// </summary>
internal sealed class QueueMender(CommitLog log, QueueBuilder builder, ILogger logger)
{
    /// <summary>What a reader mends by itself: bytes of the log, and units of the queue that are looked at.</summary>
    private const long InlineBytes = 1024 * 1024;
    private const int InlineUnits = 4096;
    private const int BlockUnits = 4096;

    /// <summary>Units looked through when a queue is first used, some 20 ms of work: older ones are when they are read.</summary>
    private const int MaxUnitsChecked = 2_400_000;

    private readonly Lock _mending = new();

    /// <summary>Mends around an offset if it is little work and nobody is at it, else has it done in the background.</summary>
    public void Ask(ConsumeQueue queue, long offset)
    {
        if (_mending.TryEnter())
        {
            try
            {
                if (TryMend(queue, offset, InlineUnits, InlineBytes))
                {
                    return;
                }
            }
            finally
            {
                _mending.Exit();
            }
        }
        if (queue.TryBeginMending())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Mender.MendLater(work.Queue, work.Offset), (Mender: this, Queue: queue, Offset: offset), preferLocal: false);
        }
    }

    /// <summary>Looks through a queue's newest files and mends what can't be right; and its end, when it is known to have had more units. Reads files.</summary>
    /// <param name="queue">Just loaded.</param>
    /// <param name="expectedEnd">Units it had.</param>
    /// <param name="physicalLimit">The part of the log whose units are due.</param>
    public void MendLoaded(ConsumeQueue queue, long expectedEnd, long physicalLimit)
    {
        lock (_mending)
        {
            foreach (var hole in Holes(queue))
            {
                TryMend(queue, hole, int.MaxValue, long.MaxValue);
            }
            if (queue.MaxOffset < expectedEnd)
            {
                logger.QueueDamaged(queue.TopicName, queue.QueueId, queue.MaxOffset, expectedEnd);
                Complete(queue, physicalLimit);
            }
        }
    }

    /// <summary>Writes units again that the disk may have lost though they can still be read. Not on a reader's thread.</summary>
    public void Rewrite(ConsumeQueue queue, long from, long to)
    {
        lock (_mending)
        {
            var units = new byte[BlockUnits * QueueUnit.Bytes];
            while (from < to && queue.ReadUnchecked(from, units.AsSpan(0, (int)Math.Min(BlockUnits, to - from) * QueueUnit.Bytes), out _) is var count && count > 0)
            {
                for (var i = 0; i < count; i++)
                {
                    var unit = QueueUnit.Read(units.AsSpan(i * QueueUnit.Bytes));
                    if (IsRight(queue, from + i, unit))
                    {
                        queue.Replace(unit, from + i);
                    }
                    else
                    {
                        TryMend(queue, from + i, int.MaxValue, long.MaxValue);
                    }
                }
                from += count;
            }
        }
    }

    private void MendLater(ConsumeQueue queue, long offset)
    {
        try
        {
            lock (_mending)
            {
                TryMend(queue, offset, int.MaxValue, long.MaxValue);
            }
        }
        catch (Exception e)
        {
            // A reader that meets it again asks again.
            logger.MendingFailed(queue.TopicName, queue.QueueId, offset, e);
        }
        finally
        {
            queue.EndMending();
        }
    }

    /// <summary>Adds what a queue lost at its end.</summary>
    private void Complete(ConsumeQueue queue, long physicalLimit)
    {
        var from = Math.Max(Math.Max(queue.MaxPhysicalOffset, queue.Topic.BornAt), log.MinOffset);
        LogWalk.VisitReadable(
            log.Files, from, physicalLimit,
            (in record, physicalOffset) =>
            {
                if (builder.TryPlace(queue, record, physicalOffset, out var unit, out var offset, out var count))
                {
                    queue.Put(unit, offset, count);
                }
                return true;
            },
            skipped: static (_, _) => { });
    }

    /// <summary>The first unit of each stretch that can't be right, in the queue's newest files.</summary>
    private static List<long> Holes(ConsumeQueue queue)
    {
        var holes = new List<long>();
        var units = new byte[BlockUnits * QueueUnit.Bytes];
        var at = Math.Max(queue.MinOffset, queue.MaxOffset - MaxUnitsChecked);
        var wasUsable = true;
        while (at < queue.MaxOffset)
        {
            var count = queue.ReadUnchecked(at, units.AsSpan(0, (int)Math.Min(BlockUnits, queue.MaxOffset - at) * QueueUnit.Bytes), out _);
            var usable = ConsumeQueue.CountUsable(units.AsSpan(0, count * QueueUnit.Bytes), queue.MaxPhysicalOffset);
            if (usable == 0 && wasUsable)
            {
                holes.Add(at);
            }
            wasUsable = usable > 0;
            at += Math.Max(usable, 1);
        }
        return holes;
    }

    /// <summary>False when it is more work than allowed; nothing is changed then.</summary>
    private bool TryMend(ConsumeQueue queue, long offset, int maxUnits, long maxBytes)
    {
        if (!TryFindRight(queue, offset, -1, maxUnits, out var before, out var physicalFrom)
            || !TryFindRight(queue, offset, +1, maxUnits, out var after, out var physicalTo)
            || physicalTo - physicalFrom > maxBytes)
        {
            return false;
        }
        var (from, to) = (before + 1, after);
        var restored = new HashSet<long>();
        LogWalk.VisitReadable(
            log.Files, physicalFrom, physicalTo,
            (in record, physicalOffset) =>
            {
                if (builder.TryPlace(queue, record, physicalOffset, out var unit, out var placed, out var count))
                {
                    for (var i = Math.Max(placed, from); i < Math.Min(placed + count, to); i++)
                    {
                        queue.Replace(unit, i);
                        restored.Add(i);
                    }
                }
                return true;
            },
            skipped: static (_, _) => { });
        for (var i = from; i < to; i++)
        {
            if (!restored.Contains(i) && !(queue.TryReadUnchecked(i, out var unit) && IsBetween(unit, physicalFrom, physicalTo)))
            {
                queue.Replace(QueueUnit.Lost, i);
            }
        }
        logger.QueueMended(queue.TopicName, queue.QueueId, from, to, restored.Count, (int)(to - from) - restored.Count);
        return true;
    }

    /// <summary>
    /// The nearest unit in a direction that lists the record it should: its offset, and where the log is cut there. The queue's bound when there is none.
    /// </summary>
    private bool TryFindRight(ConsumeQueue queue, long offset, int step, int maxUnits, out long found, out long physical)
    {
        var (min, max) = (queue.MinOffset, queue.MaxOffset);
        for (found = step < 0 ? offset - 1 : offset; found >= min && found < max; found += step)
        {
            if (queue.TryReadUnchecked(found, out var unit) && IsRight(queue, found, unit))
            {
                physical = step < 0 ? unit.EndOffset : unit.PhysicalOffset;
                return true;
            }
            if (--maxUnits == 0)
            {
                physical = 0;
                return false;
            }
        }
        physical = step < 0 ? Math.Max(log.MinOffset, queue.Topic.BornAt) : queue.MaxPhysicalOffset;
        return true;
    }

    private bool IsRight(ConsumeQueue queue, long offset, in QueueUnit unit)
    {
        if (!unit.IsWritten || unit.IsPlaceholder)
        {
            return false;
        }
        using var lease = log.LeaseRecord(unit.PhysicalOffset);
        return MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok && record.Size == unit.Size
            && builder.TryPlace(queue, record, unit.PhysicalOffset, out _, out var placed, out var count) && offset >= placed && offset < placed + count;
    }

    /// <summary>Whether a unit may well be right though its record is not.</summary>
    private static bool IsBetween(in QueueUnit unit, long physicalFrom, long physicalTo) =>
        unit.IsWritten && !unit.IsPlaceholder && unit.PhysicalOffset >= physicalFrom && unit.EndOffset <= physicalTo;
}
