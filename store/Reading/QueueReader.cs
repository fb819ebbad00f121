using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Reading;

/// <summary>Reads messages of a queue: walks its units and leases the records they point to.</summary>
internal sealed class QueueReader(StoreOptions options, CommitLog log, ILogger logger)
{
    private const int UnitsAtOnce = 64;
    private const int MaxIdleResults = 256;
    private const int MaxBytes = 128 * 1024 * 1024;

    private readonly Lock _pooling = new();
    private readonly Stack<GetResult> _idle = new();
    private readonly long _cachedBytes = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * (options.AccessMessageInMemoryMaxRatio / 100.0));

    /// <summary>Whether what stands at an offset of the log is assumed to be in memory: it is among the newest.</summary>
    public bool IsCached(long physicalOffset) => log.WriteOffset - physicalOffset <= _cachedBytes;

    /// <summary>The log's end when the store was opened: what stands before it was not written by this process.</summary>
    public long OpenedAt { get; set; }

    /// <summary>Whether reading from an offset of a queue on is assumed not to wait for the disk. Finding out does not, but for a unit long written out.</summary>
    public bool IsHot(ConsumeQueue queue, long offset)
    {
        if (offset >= queue.MaxOffset || offset < queue.MinOffset)
        {
            return true;
        }
        if (queue.TryReadTail(offset, out var unit))
        {
            return IsCached(unit.PhysicalOffset);
        }
        return offset >= queue.LoadedMax
            && (IsCached(OpenedAt) || (queue.TryRead(offset, out unit) && IsCached(unit.PhysicalOffset)));
    }

    public GetResult Get(ConsumeQueue queue, long offset, int maxCount, int maxBytes, IMessageFilter? filter)
    {
        var result = Rent();
        var min = queue.MinOffset;
        result.MaxOffset = queue.MaxOffset;
        result.MinOffset = result.MaxOffset == 0 ? queue.ShownMinOffset : min;
        (result.Status, result.NextBeginOffset) = Place(offset, min, result.MaxOffset);
        if (result.Status == GetStatus.FOUND)
        {
            result.Status = GetStatus.NO_MATCHED_MESSAGE;
            Collect(queue, result, offset, maxCount, Math.Clamp(maxBytes, 100, MaxBytes), filter);
        }
        return result;
    }

    /// <summary>Nothing but the status a reader of a queue gets that nothing was ever appended to.</summary>
    public GetResult Empty(long shownMin)
    {
        var result = Rent();
        result.MinOffset = shownMin;
        result.Status = GetStatus.NO_MESSAGE_IN_QUEUE;
        return result;
    }

    /// <summary>Nothing but the status a reader of a missing queue gets.</summary>
    public GetResult Missing(long shownMin)
    {
        var result = Rent();
        result.MinOffset = shownMin;
        result.Status = GetStatus.NO_MATCHED_LOGIC_QUEUE;
        return result;
    }

    private static (GetStatus Status, long NextBeginOffset) Place(long offset, long min, long max)
    {
        if (max == 0)
        {
            return (GetStatus.NO_MESSAGE_IN_QUEUE, 0);
        }
        if (offset < min)
        {
            return (GetStatus.OFFSET_TOO_SMALL, min);
        }
        if (offset == max)
        {
            return (GetStatus.OFFSET_OVERFLOW_ONE, offset);
        }
        return offset > max ? (GetStatus.OFFSET_OVERFLOW_BADLY, max) : (GetStatus.FOUND, offset);
    }

    private void Collect(ConsumeQueue queue, GetResult result, long offset, int maxCount, int maxBytes, IMessageFilter? filter)
    {
        var unitBytes = queue.Layout.UnitBytes;
        Span<byte> units = stackalloc byte[UnitsAtOnce * unitBytes];
        var index = queue.IndexOf(offset);
        var last = index + Math.Max(options.MaxFilterMessageSize / unitBytes, maxCount);
        var skipBefore = long.MinValue;
        var lastPhysical = -1L;
        for (var isFull = false; !isFull && index < last && offset < result.MaxOffset;)
        {
            var wanted = (int)Math.Min(last - index, filter is null ? Math.Clamp(maxCount - result.Messages, 1, UnitsAtOnce) : UnitsAtOnce);
            var count = queue.Read(index, units[..(wanted * unitBytes)]);
            if (count == 0)
            {
                // Units were lost, and the log is asked for them: they are there now or soon. Nothing is passed over that may come back.
                index = queue.IndexOf(offset);
                count = queue.Read(index, units[..(wanted * unitBytes)]);
            }
            if (count == 0)
            {
                if (index >= queue.EndIndex)
                {
                    // Nothing stands for the last offsets of a queue of batches.
                    offset = result.MaxOffset;
                }
                else
                {
                    result.Status = result.Count == 0 ? GetStatus.OFFSET_FOUND_NULL : result.Status;
                }
                break;
            }
            // What has come since the queue's end was looked up is left for the next reader.
            for (var i = 0; i < count && offset < result.MaxOffset; i++, index++)
            {
                var entry = queue.Layout.Read(units[(i * unitBytes)..], index);
                if (entry.End <= offset)
                {
                    continue;
                }
                // A batch in one record that has several units is taken once, and they are passed together.
                if (entry.Unit.PhysicalOffset != lastPhysical)
                {
                    if (IsFull(result, entry, maxCount, maxBytes))
                    {
                        isFull = true;
                        break;
                    }
                    lastPhysical = entry.Unit.PhysicalOffset;
                    if (entry.Unit.PhysicalOffset >= skipBefore && !entry.Unit.IsPlaceholder)
                    {
                        skipBefore = Take(queue, result, ref entry, index, filter, mayMend: true);
                    }
                }
                offset = Math.Max(offset, entry.End);
            }
        }
        result.NextBeginOffset = offset;
        result.SuggestPullingFromSlave = !IsCached(Math.Max(lastPhysical, 0));
    }

    /// <summary>Adds a unit's record if it is there and wanted. Where the log starts when the record is gone with its beginning, else the beginning of time.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="result">What is collected.</param>
    /// <param name="entry">The unit; the right one where it was wrong.</param>
    /// <param name="index">Of the unit.</param>
    /// <param name="filter">Who is wanted.</param>
    /// <param name="mayMend">Whether the log may be asked.</param>
    private long Take(ConsumeQueue queue, GetResult result, ref QueueEntry entry, long index, IMessageFilter? filter, bool mayMend)
    {
        var unit = entry.Unit;
        if (filter is not null && !filter.MatchesTagsCode(unit.HasExtension ? null : unit.TagsCode))
        {
            return long.MinValue;
        }
        if (unit.PhysicalOffset < log.MinOffset)
        {
            if (result.Count == 0)
            {
                result.Status = GetStatus.MESSAGE_WAS_REMOVING;
            }
            return log.MinOffset;
        }
        var file = unit.Size >= MessageLayout.MinRecordSize && unit.EndOffset <= log.WriteOffset ? log.Files.Find(unit.PhysicalOffset) : null;
        if (file is null || unit.EndOffset > file.EndOffset || !result.TryLease(file))
        {
            return TakeMended(queue, result, ref entry, index, filter, mayMend);
        }
        var bytes = file.Bytes(unit.PhysicalOffset, unit.Size);
        if (BinaryPrimitives.ReadInt32BigEndian(bytes) != unit.Size || !IsOf(queue, bytes, entry))
        {
            return TakeMended(queue, result, ref entry, index, filter, mayMend);
        }
        if (filter is not null && !(MessageRecord.TryRead(bytes, out var record) == RecordReadStatus.Ok && filter.MatchesRecord(record)))
        {
            result.FilteredByRecord++;
            return long.MinValue;
        }
        result.Add(file, unit.PhysicalOffset, unit.Size, entry.Offset, entry.Count);
        result.Status = GetStatus.FOUND;
        return long.MinValue;
    }

    /// <summary>A unit that points where its record is not: the log is asked what should stand there. Only this message is passed over when it does not know.</summary>
    private long TakeMended(ConsumeQueue queue, GetResult result, ref QueueEntry entry, long index, IMessageFilter? filter, bool mayMend)
    {
        if (mayMend)
        {
            queue.AskToMend(index);
            if (queue.TryReadAt(index, out var mended) && mended != entry && !mended.Unit.IsPlaceholder)
            {
                entry = mended;
                return Take(queue, result, ref entry, index, filter, mayMend: false);
            }
        }
        logger.RecordMissing(queue.TopicName, queue.QueueId, entry.Offset, entry.Unit.PhysicalOffset, entry.Unit.Size);
        if (result.Count == 0)
        {
            result.Status = GetStatus.MESSAGE_WAS_REMOVING;
        }
        if (queue.IsBatch)
        {
            // Nobody knows which offsets it stands for: the next unit tells.
            entry = entry with { Count = 0 };
        }
        return long.MinValue;
    }

    /// <summary>Whether a record may be a queue's: a light one lists records of others. One of batches lists which of its offsets are the record's.</summary>
    private static bool IsOf(ConsumeQueue queue, ReadOnlySpan<byte> bytes, in QueueEntry entry)
    {
        if (!queue.Topic.IsLight && BinaryPrimitives.ReadInt32BigEndian(bytes[MessageLayout.QueueId..]) != queue.QueueId)
        {
            return false;
        }
        return !queue.IsBatch || queue.Topic.IsLight || (MessageRecord.TryRead(bytes, out var record) == RecordReadStatus.Ok
            && record.QueueOffset == entry.Offset && DispatchedRecord.OffsetsOf(record, isBatchQueue: true) == entry.Count);
    }

    private bool IsFull(GetResult result, in QueueEntry entry, int maxCount, int maxBytes)
    {
        if (result.Count == 0)
        {
            return false;
        }
        var bytes = result.TotalBytes + entry.Unit.Size;
        if (result.Messages + entry.Count > maxCount || bytes > maxBytes)
        {
            return true;
        }
        return IsCached(entry.Unit.PhysicalOffset)
            ? bytes > options.MaxTransferBytesOnMessageInMemory || result.Messages >= options.MaxTransferCountOnMessageInMemory
            : bytes > options.MaxTransferBytesOnMessageInDisk || result.Messages >= options.MaxTransferCountOnMessageInDisk;
    }

    private GetResult Rent()
    {
        GetResult? result;
        lock (_pooling)
        {
            _idle.TryPop(out result);
        }
        result ??= new GetResult(Recycle);
        result.Begin();
        return result;
    }

    private void Recycle(GetResult result)
    {
        lock (_pooling)
        {
            if (_idle.Count < MaxIdleResults)
            {
                _idle.Push(result);
            }
        }
    }
}
