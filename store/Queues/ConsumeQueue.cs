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
    /// <summary>Lost units in a row that are passed over where the first offset is searched.</summary>
    private const int MaxLostPassed = 4096;

    private readonly Lock _lock = new();
    private readonly QueueFiles _files;
    private readonly QueueFlusher _flusher;
    private readonly ILogger _logger;
    private QueueTail _tail;

    /// <summary>Whether units in memory may stand for others that were passed over.</summary>
    private bool _hasGap;

    /// <summary>Units from here on were written over in the file and are not on the disk; as a rule beyond all.</summary>
    private long _overwrittenFrom = long.MaxValue;
    private long _min;
    private long _max;
    private long _maxPhysical;

    /// <summary>Units before this are in the file.</summary>
    private long _written;

    /// <summary>Units before this are on the disk.</summary>
    private long _synced;
    private int _isQueuedForWriting;
    private int _isMending;
    private long _nextAppend;
    private string? _setAside;

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

    /// <summary>
    /// The offset the next message appended gets. Guarded by the append lock. Never one that is taken: a queue that was skipped forward, because units
    /// before were lost, is so for appends too.
    /// </summary>
    internal long NextAppendOffset
    {
        get => Math.Max(_nextAppend, MaxOffset);
        set => _nextAppend = value;
    }

    /// <summary>Why this queue can't be used, while all others can; null as a rule.</summary>
    internal string? SetAside
    {
        get => Volatile.Read(ref _setAside);
        set => Volatile.Write(ref _setAside, value);
    }

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
    /// Reads units from an offset on, as many as there are and fit; how many were read. Fewer than exist may come back at a file's end; none where
    /// units were lost that the log may still give back: they are asked for, and there soon.
    /// </summary>
    public int Read(long offset, Span<byte> units)
    {
        var count = ReadUnchecked(offset, units, out var isSure);
        var usable = isSure ? count : CountUsable(units[..(count * QueueUnit.Bytes)], MaxPhysicalOffset);
        if (usable == 0 && offset >= MinOffset && offset < MaxOffset && units.Length >= QueueUnit.Bytes)
        {
            AskToMend(offset);
        }
        return usable;
    }

    /// <summary>Reads units as they stand, right or not.</summary>
    /// <param name="offset">Of the first.</param>
    /// <param name="units">As many as fit.</param>
    /// <param name="isSure">Whether they come from memory, where nothing gets lost.</param>
    internal int ReadUnchecked(long offset, Span<byte> units, out bool isSure)
    {
        long inFileUntil;
        isSure = false;
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
                isSure = !_hasGap;
                return bytes.Length / QueueUnit.Bytes;
            }
            inFileUntil = Math.Min(_tail.First, _max);
        }
        var count = (int)Math.Min(units.Length / QueueUnit.Bytes, inFileUntil - offset);
        return _files.Read(units[..(count * QueueUnit.Bytes)], offset * QueueUnit.Bytes) / QueueUnit.Bytes;
    }

    /// <summary>How many units from the first on can be right: each was written, and their records stand one after another before an offset of the log.</summary>
    internal static int CountUsable(ReadOnlySpan<byte> units, long physicalEnd)
    {
        var previous = 0L;
        var count = 0;
        for (; units.Length >= QueueUnit.Bytes; units = units[QueueUnit.Bytes..], count++)
        {
            var unit = QueueUnit.Read(units);
            if (unit.IsPlaceholder ? unit.IsPending : !unit.IsWritten || unit.PhysicalOffset < previous || unit.EndOffset > physicalEnd)
            {
                break;
            }
            previous = unit.IsPlaceholder ? previous : unit.PhysicalOffset;
        }
        return count;
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

    /// <summary>Reads one unit as it stands, right or not.</summary>
    internal bool TryReadUnchecked(long offset, out QueueUnit unit)
    {
        Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
        var isRead = ReadUnchecked(offset, bytes, out _) == 1;
        unit = isRead ? QueueUnit.Read(bytes) : default;
        return isRead;
    }

    /// <summary>Puts the right unit where a wrong one stands, or none.</summary>
    internal void Replace(in QueueUnit unit, long offset)
    {
        Span<byte> bytes = stackalloc byte[QueueUnit.Bytes];
        unit.Write(bytes);
        bool isWritten;
        lock (_lock)
        {
            if (offset >= _max || Topic.IsDropped)
            {
                return;
            }
            if (offset >= _tail.First)
            {
                _tail.Replace(offset, unit);
            }
            isWritten = offset < _written;
            _overwrittenFrom = isWritten ? Math.Min(_overwrittenFrom, offset) : _overwrittenFrom;
        }
        if (isWritten)
        {
            _files.Overwrite(bytes, offset * QueueUnit.Bytes);
            if (TryQueueForWriting())
            {
                _flusher.Add(this);
            }
        }
    }

    /// <summary>True for the one who is to mend the queue in the background.</summary>
    internal bool TryBeginMending() => Interlocked.Exchange(ref _isMending, 1) == 0;

    internal void EndMending() => Volatile.Write(ref _isMending, 0);

    /// <summary>Has what stands at an offset looked up in the log: at once where that is little work.</summary>
    internal void AskToMend(long offset) => Topic.Table.Mender?.Ask(this, offset);

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
        if (offset * QueueUnit.Bytes >= _files.First
            && !(TryReadUnchecked(offset, out var there) && there.PhysicalOffset == unit.PhysicalOffset && there.Size == unit.Size))
        {
            Replace(unit, offset);
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

    /// <summary>The first unit that is not surely on the disk.</summary>
    internal long SyncedTo => Math.Min(_synced, Volatile.Read(ref _overwrittenFrom));

    /// <summary>Brings what was written out to the disk, unless it is there. Called by the one writer.</summary>
    internal void Sync(bool isOnDisk)
    {
        long from, to;
        lock (_lock)
        {
            (from, to) = (Math.Min(_synced, _overwrittenFrom), _written);
            _overwrittenFrom = long.MaxValue;
        }
        if (to > from && !Topic.IsDropped)
        {
            if (!isOnDisk)
            {
                _files.Flush(from * QueueUnit.Bytes, to * QueueUnit.Bytes);
            }
            _synced = to;
        }
    }

    /// <summary>
    /// The disk refused units from one on: whatever the next flush says, they may be lost, for a system that could not write a page may hold it for
    /// written. They count as unwritten until they were written again.
    /// </summary>
    internal void UnsyncFrom(long offset)
    {
        lock (_lock)
        {
            _overwrittenFrom = Math.Min(_overwrittenFrom, offset);
        }
    }

    /// <summary>
    /// Finds the queue's end in its files. Units whose records end after <paramref name="physicalLimit"/> are cut off: the records there are
    /// dispatched again, or gone. After a crash anything may stand behind the end, so it is cleared without a look.
    /// </summary>
    /// <param name="physicalLimit">The end of the part of the log the files are trusted for.</param>
    /// <param name="isClean">Whether the last stop was a clean one.</param>
    /// <param name="likelyEnd">Where the end is looked for first.</param>
    internal void Recover(long physicalLimit, bool isClean, long likelyEnd)
    {
        if (IsSuspect)
        {
            _files.RestoreLengths();
        }
        var end = QueueEnd.Find(_files, physicalLimit, likelyEnd);
        if (!isClean || QueueEnd.Unit(_files, end).IsWritten)
        {
            _files.Truncate(end * QueueUnit.Bytes);
        }
        _max = _written = _synced = LoadedMax = end;
        NextAppendOffset = end;
        _tail.Reset(end);
        _maxPhysical = end > 0 && QueueEnd.Unit(_files, end - 1) is { IsPlaceholder: false } last ? last.EndOffset : -1;
        _min = _files.First / QueueUnit.Bytes;
    }

    /// <summary>
    /// Moves <see cref="MinOffset"/> past the units whose records are gone, and deletes the files that held nothing else; how many. Not beside
    /// <see cref="WriteOut"/>.
    /// </summary>
    internal int CorrectMin(long physicalMin)
    {
        var first = Math.Max(MinOffset, _files.First / QueueUnit.Bytes);
        var (low, high) = (first, MaxOffset);
        while (low < high)
        {
            // The first one mostly stays.
            var middle = low == first ? low : low + (high - low) / 2;
            var at = middle;
            bool? isGone;
            while ((isGone = IsGone(at, physicalMin)) is null && at + 1 < Math.Min(high, middle + MaxLostPassed))
            {
                at++;
            }
            if (isGone == true)
            {
                low = at + 1;
            }
            else
            {
                // Where nothing is known nothing is taken for gone.
                high = middle;
            }
        }
        Volatile.Write(ref _min, low);
        return _files.DeleteBefore(Math.Min(low, _written) * QueueUnit.Bytes);
    }

    /// <summary>Whether a unit's record is gone from the log; null when the unit is none, or does not follow the one before it.</summary>
    private bool? IsGone(long offset, long physicalMin)
    {
        if (!TryReadUnchecked(offset, out var unit) || !unit.IsWritten || unit.IsPending || unit.IsLost)
        {
            return null;
        }
        if (unit.IsPlaceholder || unit.PhysicalOffset >= physicalMin)
        {
            return unit.IsPlaceholder;
        }
        var follows = offset * QueueUnit.Bytes <= _files.First || !TryReadUnchecked(offset - 1, out var before) || before.IsPlaceholder || before.PhysicalOffset <= unit.PhysicalOffset;
        return follows ? true : null;
    }

    private void SkipTo(long offset)
    {
        var gap = QueueUnit.Placeholder;
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
            gap = QueueUnit.Pending;
            _hasGap = true;
        }
        for (; _max < offset; _max++)
        {
            _tail.Add(gap, _written);
        }
    }
}
