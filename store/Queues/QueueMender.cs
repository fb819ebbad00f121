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

    /// <summary>Mends around a unit if it is little work and nobody is at it, else has it done in the background.</summary>
    public void Ask(ConsumeQueue queue, long index)
    {
        if (_mending.TryEnter())
        {
            try
            {
                if (TryMend(queue, index, InlineUnits, InlineBytes))
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
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Mender.MendLater(work.Queue, work.Index), (Mender: this, Queue: queue, Index: index), preferLocal: false);
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
            if (queue.IsBatch && queue.TryReadUnchecked(queue.EndIndex - 1, out var last) && last.Unit.PhysicalOffset >= log.MinOffset)
            {
                MendLast(queue, last);
            }
            if (queue.EndIndex < expectedEnd)
            {
                logger.QueueDamaged(queue.TopicName, queue.QueueId, queue.EndIndex, expectedEnd);
                Complete(queue, physicalLimit);
            }
        }
    }

    /// <summary>The last unit says where the queue ends: no other tells whether it is right.</summary>
    private void MendLast(ConsumeQueue queue, in QueueEntry last)
    {
        if (!IsRight(queue, queue.EndIndex - 1, last))
        {
            TryMend(queue, queue.EndIndex - 1, int.MaxValue, long.MaxValue);
        }
        queue.FindEnd();
    }

    /// <summary>Writes units again that the disk may have lost though they can still be read. Not on a reader's thread.</summary>
    public void Rewrite(ConsumeQueue queue, long from, long to)
    {
        lock (_mending)
        {
            for (; from < to && queue.TryReadUnchecked(from, out var entry); from++)
            {
                if (IsRight(queue, from, entry))
                {
                    queue.Replace(entry, from);
                }
                else
                {
                    TryMend(queue, from, int.MaxValue, long.MaxValue);
                }
            }
        }
    }

    private void MendLater(ConsumeQueue queue, long index)
    {
        try
        {
            lock (_mending)
            {
                TryMend(queue, index, int.MaxValue, long.MaxValue);
            }
        }
        catch (Exception e)
        {
            // A reader that meets it again asks again.
            logger.MendingFailed(queue.TopicName, queue.QueueId, index, e);
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
                if (builder.TryPlace(queue, record, physicalOffset, out var entry))
                {
                    queue.Put(entry);
                }
                return true;
            },
            skipped: static (_, _) => { });
    }

    /// <summary>The first unit of each stretch that can't be right, in the queue's newest files.</summary>
    private static List<long> Holes(ConsumeQueue queue)
    {
        var holes = new List<long>();
        var unitBytes = queue.Layout.UnitBytes;
        var units = new byte[BlockUnits * unitBytes];
        var at = Math.Max(queue.FirstIndex, queue.EndIndex - MaxUnitsChecked);
        var wasUsable = true;
        QueueEntry previous = default;
        while (at < queue.EndIndex)
        {
            var count = queue.ReadUnchecked(at, units.AsSpan(0, (int)Math.Min(BlockUnits, queue.EndIndex - at) * unitBytes), out _);
            var usable = queue.CountUsable(units.AsSpan(0, count * unitBytes));
            var isOverlapping = queue.IsBatch && usable > 0 && queue.Layout.Read(units, at) is var next && next.Offset < previous.End && next.Unit != previous.Unit;
            if ((usable == 0 || isOverlapping) && wasUsable)
            {
                holes.Add(at);
            }
            wasUsable = usable > 0;
            previous = usable > 0 ? queue.Layout.Read(units.AsSpan((usable - 1) * unitBytes), at + usable - 1) : previous;
            at += Math.Max(usable, 1);
        }
        return holes;
    }

    /// <summary>False when it is more work than allowed; nothing is changed then.</summary>
    private bool TryMend(ConsumeQueue queue, long index, int maxUnits, long maxBytes)
    {
        if (!TryFindRight(queue, index, -1, maxUnits, out var before, out var physicalFrom)
            || !TryFindRight(queue, index, +1, maxUnits, out var after, out var physicalTo)
            || physicalTo - physicalFrom > maxBytes)
        {
            return false;
        }
        var (from, to) = (before + 1, after);
        var restored = queue.IsBatch ? FillInOrder(queue, from, to, physicalFrom, physicalTo) : FillByOffset(queue, from, to, physicalFrom, physicalTo);
        logger.QueueMended(queue.TopicName, queue.QueueId, from, to, restored, (int)(to - from) - restored);
        return true;
    }

    /// <summary>Each record says where its unit belongs. How many were put there.</summary>
    private int FillByOffset(ConsumeQueue queue, long from, long to, long physicalFrom, long physicalTo)
    {
        var restored = new HashSet<long>();
        LogWalk.VisitReadable(
            log.Files, physicalFrom, physicalTo,
            (in record, physicalOffset) =>
            {
                if (builder.TryPlace(queue, record, physicalOffset, out var entry))
                {
                    for (var i = Math.Max(entry.Offset, from); i < Math.Min(entry.End, to); i++)
                    {
                        queue.Replace(entry, i);
                        restored.Add(i);
                    }
                }
                return true;
            },
            skipped: static (_, _) => { });
        for (var i = from; i < to; i++)
        {
            if (!restored.Contains(i) && !(queue.TryReadUnchecked(i, out var there) && IsBetween(there.Unit, physicalFrom, physicalTo)))
            {
                queue.Replace(new QueueEntry(QueueUnit.Lost, i, 1, 0), i);
            }
        }
        return restored.Count;
    }

    /// <summary>
    /// Records don't say which unit of a batch queue is theirs, but they come in the same order. Where the log has fewer than there is room for, the rest
    /// repeats the unit before it: readers pass that, and the offsets that nothing stands for. How many there were.
    /// </summary>
    private int FillInOrder(ConsumeQueue queue, long from, long to, long physicalFrom, long physicalTo)
    {
        var at = from;
        LogWalk.VisitReadable(
            log.Files, physicalFrom, physicalTo,
            (in record, physicalOffset) =>
            {
                if (at < to && builder.TryPlace(queue, record, physicalOffset, out var entry))
                {
                    queue.Replace(entry, at++);
                }
                return at < to;
            },
            skipped: static (_, _) => { });
        var restored = (int)(at - from);
        var rest = queue.TryReadUnchecked(at - 1, out var near) && IsRight(queue, at - 1, near) || queue.TryReadUnchecked(to, out near)
            ? near
            : new QueueEntry(QueueUnit.Lost, queue.MaxOffset - 1, 1, 0);
        for (; at < to; at++)
        {
            queue.Replace(rest, at);
        }
        return restored;
    }

    /// <summary>
    /// The nearest unit in a direction that lists the record it should: its index, and where the log is cut there. The queue's bound when there is none.
    /// </summary>
    private bool TryFindRight(ConsumeQueue queue, long index, int step, int maxUnits, out long found, out long physical)
    {
        var (first, end) = (queue.FirstIndex, queue.EndIndex);
        for (found = step < 0 ? index - 1 : index; found >= first && found < end; found += step)
        {
            if (queue.TryReadUnchecked(found, out var entry) && IsRight(queue, found, entry))
            {
                physical = step < 0 ? entry.Unit.EndOffset : entry.Unit.PhysicalOffset;
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

    private bool IsRight(ConsumeQueue queue, long index, in QueueEntry there)
    {
        if (!there.Unit.IsWritten || there.Unit.IsPlaceholder)
        {
            return false;
        }
        using var lease = log.LeaseRecord(there.Unit.PhysicalOffset);
        return MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok && record.Size == there.Unit.Size
            && builder.TryPlace(queue, record, there.Unit.PhysicalOffset, out var right)
            && (queue.IsBatch ? right == there : index >= right.Offset && index < right.End);
    }

    /// <summary>Whether a unit may well be right though its record is not.</summary>
    private static bool IsBetween(in QueueUnit unit, long physicalFrom, long physicalTo) =>
        unit.IsWritten && !unit.IsPlaceholder && unit.PhysicalOffset >= physicalFrom && unit.EndOffset <= physicalTo;
}
