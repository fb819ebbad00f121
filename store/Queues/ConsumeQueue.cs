using System.Buffers;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store;

/// <summary>
/// One queue of a topic: a list of <see cref="QueueUnit"/>s, one per message, in order. New units live in memory until the background writer
/// puts them into the file; readers see both. Offsets are unit indexes.
/// </summary>
public sealed class ConsumeQueue
{
    private readonly Lock _lock = new();
    private readonly QueueFiles _files;
    private readonly QueueFlusher _flusher;
    private readonly ILogger _logger;
    private QueueTail _tail;
    private long _min;
    private long _max;
    private long _maxPhysical;

    /// <summary>Units before this are in the file.</summary>
    private long _written;

    /// <summary>Units before this are on the disk.</summary>
    private long _synced;
    private int _isQueuedForWriting;

    internal ConsumeQueue(TopicQueues topic, int queueId, QueueFiles files, QueueFlusher flusher, ILogger logger)
    {
        Topic = topic;
        QueueId = queueId;
        _files = files;
        _flusher = flusher;
        _logger = logger;
    }

    public string TopicName => Topic.Name;

    public int QueueId { get; }

    /// <summary>The first offset whose record is still in the commit log; equal to <see cref="MaxOffset"/> when none is.</summary>
    public long MinOffset => Volatile.Read(ref _min);

    /// <summary>The offset the next message to become visible gets.</summary>
    public long MaxOffset => Volatile.Read(ref _max);

    /// <summary>Where the record of the newest unit ends in the commit log; −1 when there is none.</summary>
    public long MaxPhysicalOffset => Volatile.Read(ref _maxPhysical);

    internal TopicQueues Topic { get; }

    /// <summary>The offset the next message appended gets. Guarded by the append lock.</summary>
    internal long NextAppendOffset { get; set; }

    /// <summary>Chains the queues that wait for the background writer.</summary>
    internal ConsumeQueue? NextToWrite { get; set; }

    /// <summary>How many units are only in memory, about.</summary>
    internal long UnwrittenUnits => Volatile.Read(ref _max) - Volatile.Read(ref _written);

    internal bool IsUnsynced { get; set; }

    /// <summary>Recovery found units missing, and puts them right from the log.</summary>
    internal bool IsSuspect { get; set; }

    internal QueueFiles Files => _files;

    /// <summary>Units from here on were added since the queue was loaded: they, and their records, were in memory once.</summary>
    internal long LoadedMax { get; private set; }

    /// <summary>
    /// Reads units from an offset on, as many as there are and fit; how many were read. Fewer than exist may come back at a file's end; none when
    /// the file is missing.
    /// </summary>
    public int Read(long offset, Span<byte> units)
    {
        long inFileUntil;
        lock (_lock)
        {
            if (offset >= _max || offset < 0)
            {
                return 0;
            }
            if (offset >= _tail.First)
            {
                var bytes = _tail.From(offset);
                bytes = bytes[..Math.Min(bytes.Length, units.Length / QueueUnit.Bytes * QueueUnit.Bytes)];
                bytes.CopyTo(units);
                return bytes.Length / QueueUnit.Bytes;
            }
            inFileUntil = Math.Min(_tail.First, _max);
        }
        var count = (int)Math.Min(units.Length / QueueUnit.Bytes, inFileUntil - offset);
        return _files.Read(units[..(count * QueueUnit.Bytes)], offset * QueueUnit.Bytes) / QueueUnit.Bytes;
    }

    /// <summary>Reads one unit; false when there is none at that offset.</summary>
    public bool TryRead(long offset, out QueueUnit unit)
    {
        Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
        if (Read(offset, bytes) == 1)
        {
            unit = QueueUnit.Read(bytes);
            return true;
        }
        unit = default;
        return false;
    }

    /// <summary>Reads one unit if it is in memory.</summary>
    internal bool TryReadTail(long offset, out QueueUnit unit)
    {
        lock (_lock)
        {
            var isHeld = offset >= _tail.First && offset < _tail.End;
            unit = isHeld ? QueueUnit.Read(_tail.From(offset)) : default;
            return isHeld;
        }
    }

    /// <summary>The first offset of the file after the one that holds an offset.</summary>
    internal long NextFileStart(long offset)
    {
        var unitsPerFile = _files.FileSize / QueueUnit.Bytes;
        return (offset / unitsPerFile + 1) * unitsPerFile;
    }

    /// <summary>
    /// Adds the unit of a message, or <paramref name="count"/> equal ones for a batch in one record. What is already there is ignored, so dispatching
    /// a record again does no harm.
    /// </summary>
    internal void Put(in QueueUnit unit, long offset, int count = 1)
    {
        long unwritten;
        lock (_lock)
        {
            var end = offset + count;
            if (end <= _max || unit.EndOffset < _maxPhysical || (count == 1 && unit.EndOffset == _maxPhysical))
            {
                return;
            }
            if (offset > _max)
            {
                SkipTo(offset);
            }
            for (var i = _max; i < end; i++)
            {
                _tail.Add(unit, _written);
            }
            _maxPhysical = unit.EndOffset;
            Volatile.Write(ref _max, end);
            unwritten = end - _written;
        }
        if (TryQueueForWriting())
        {
            _flusher.Add(this);
        }
        if (unwritten >= QueueFlusher.EagerUnits)
        {
            _flusher.OnLargeTail(unwritten);
        }
    }

    /// <summary>Puts a unit, or several equal ones, where it belongs, if it is not there. Before the store is started.</summary>
    internal void Repair(in QueueUnit unit, long offset, int count = 1)
    {
        for (var end = offset + count; offset < end && offset < _max; offset++, count--)
        {
            RepairInFile(unit, offset);
        }
        if (count > 0)
        {
            Put(unit, offset, count);
        }
    }

    private void RepairInFile(in QueueUnit unit, long offset)
    {
        if (offset * QueueUnit.Bytes >= _files.First && offset < _tail.First
            && !(TryRead(offset, out var there) && there.PhysicalOffset == unit.PhysicalOffset && there.Size == unit.Size))
        {
            Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
            unit.Write(bytes);
            _files.Write(bytes, offset * QueueUnit.Bytes);
        }
    }

    /// <summary>True for the one caller that has to hand the queue to the writer.</summary>
    internal bool TryQueueForWriting() =>
        Volatile.Read(ref _isQueuedForWriting) == 0 && Interlocked.Exchange(ref _isQueuedForWriting, 1) == 0;

    /// <summary>Puts what is only in memory into the file. Called by the one writer.</summary>
    internal void WriteOut()
    {
        Interlocked.Exchange(ref _isQueuedForWriting, 0);
        byte[]? copy = null;
        try
        {
            long from;
            int length;
            lock (_lock)
            {
                from = _written;
                var bytes = _tail.Count == 0 ? default : _tail.From(Math.Max(from, _tail.First));
                length = bytes.Length;
                if (length == 0 || Topic.IsDropped)
                {
                    return;
                }
                copy = ArrayPool<byte>.Shared.Rent(length);
                bytes.CopyTo(copy);
            }
            _files.Write(copy.AsSpan(0, length), from * QueueUnit.Bytes);
            lock (_lock)
            {
                _written = from + length / QueueUnit.Bytes;
            }
        }
        finally
        {
            if (copy is not null)
            {
                ArrayPool<byte>.Shared.Return(copy);
            }
        }
    }

    /// <summary>Gives back the memory of a queue nothing is written to any more.</summary>
    internal void ReleaseTail()
    {
        lock (_lock)
        {
            if (_written == _max)
            {
                _tail.Release();
            }
        }
    }

    /// <summary>Brings what was written out to the disk, unless it is there. Called by the one writer.</summary>
    internal void Sync(bool isOnDisk)
    {
        var to = _written;
        if (to > _synced && !Topic.IsDropped)
        {
            if (!isOnDisk)
            {
                _files.Flush(_synced * QueueUnit.Bytes, to * QueueUnit.Bytes);
            }
            _synced = to;
        }
    }

    /// <summary>
    /// Finds the queue's bounds in its files. Units whose records end after <paramref name="physicalLimit"/> are cut off: the records there are
    /// dispatched again, or gone. After a crash anything may stand behind the end, so it is cleared without a look.
    /// </summary>
    /// <param name="physicalLimit">The end of the part of the log the files are trusted for.</param>
    /// <param name="physicalMin">Start of the log.</param>
    /// <param name="isClean">Whether the last stop was a clean one.</param>
    /// <param name="likelyEnd">Where the end is looked for first.</param>
    internal void Recover(long physicalLimit, long physicalMin, bool isClean, long likelyEnd)
    {
        if (IsSuspect)
        {
            _files.RestoreLengths();
        }
        var end = FindEnd(physicalLimit, likelyEnd);
        if (!isClean || ReadFromFile(end).IsWritten)
        {
            _files.Truncate(end * QueueUnit.Bytes);
        }
        _max = _written = _synced = LoadedMax = end;
        NextAppendOffset = end;
        _tail.Reset(end);
        _maxPhysical = end > 0 && TryRead(end - 1, out var last) && !last.IsPlaceholder ? last.EndOffset : -1;
        CorrectMin(physicalMin);
    }

    /// <summary>Whether one of its files begins or ends with units that nobody wrote: a disk lost them.</summary>
    internal bool HasHole()
    {
        var unitsPerFile = _files.FileSize / QueueUnit.Bytes;
        for (var first = _files.First / QueueUnit.Bytes; first < _written; first += unitsPerFile)
        {
            if (!ReadFromFile(first).IsWritten || !ReadFromFile(Math.Min(first + unitsPerFile, _written) - 1).IsWritten)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Moves <see cref="MinOffset"/> past the units whose records are gone, and deletes the files that held nothing else; how many. Not beside
    /// <see cref="WriteOut"/>.
    /// </summary>
    internal int CorrectMin(long physicalMin)
    {
        var low = Math.Max(MinOffset, _files.First / QueueUnit.Bytes);
        var high = MaxOffset;
        if (low < high && TryRead(low, out var first) && !IsGone(first, physicalMin))
        {
            high = low;
        }
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (TryRead(middle, out var unit) && !IsGone(unit, physicalMin))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        Volatile.Write(ref _min, low);
        return _files.DeleteBefore(Math.Min(low, _written) * QueueUnit.Bytes);
    }

    private static bool IsGone(in QueueUnit unit, long physicalMin) => unit.IsPlaceholder || unit.PhysicalOffset < physicalMin;

    /// <summary>The first unit index that holds nothing valid: valid units are a prefix, in the order of their records.</summary>
    private long FindEnd(long physicalLimit, long likelyEnd)
    {
        if (_files.IsEmpty)
        {
            return 0;
        }
        var unitsPerFile = _files.FileSize / QueueUnit.Bytes;
        var low = _files.First / QueueUnit.Bytes;
        var high = _files.Last / QueueUnit.Bytes + unitsPerFile;
        if (likelyEnd > low && likelyEnd <= high && IsKept(likelyEnd - 1, physicalLimit) && !IsKept(likelyEnd, physicalLimit))
        {
            return likelyEnd;
        }
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (IsKept(middle, physicalLimit))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private bool IsKept(long offset, long physicalLimit)
    {
        var unit = ReadFromFile(offset);
        return unit.IsWritten && (unit.IsPlaceholder || unit.EndOffset <= physicalLimit);
    }

    private QueueUnit ReadFromFile(long offset)
    {
        Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
        return _files.Read(bytes, offset * QueueUnit.Bytes) == bytes.Length ? QueueUnit.Read(bytes) : default;
    }

    private void SkipTo(long offset)
    {
        if (_max == 0 && _files.IsEmpty)
        {
            // A queue whose earlier messages are gone starts where it is, with the rest of its first file marked as such.
            var fileStart = offset * QueueUnit.Bytes / _files.FileSize * _files.FileSize / QueueUnit.Bytes;
            _max = _written = _synced = fileStart;
            _tail.Reset(fileStart);
            Volatile.Write(ref _min, offset);
        }
        else
        {
            _logger.QueueGap(TopicName, QueueId, _max, offset);
        }
        for (; _max < offset; _max++)
        {
            _tail.Add(QueueUnit.Placeholder, _written);
        }
    }
}
