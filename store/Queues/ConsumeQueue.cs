using Microsoft.Extensions.Logging;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store;

/// <summary>
/// One queue of a topic: a list of units that say where its messages stand in the log, in order. New units live in memory until the background
/// writer puts them into the file; readers see both. A unit is found by its index: in a queue of type <see cref="QueueType.SimpleCQ"/> that is its
/// message's offset, in one of type <see cref="QueueType.BatchCQ"/>, where a unit may stand for many messages, offsets are searched.
/// </summary>
public sealed class ConsumeQueue
{
    private readonly QueueFiles _files;
    private readonly QueueUnits _units;
    private readonly QueueLayout _layout;
    private readonly QueueFlusher _flusher;
    private readonly ILogger _logger;

    /// <summary>Whether units in memory may stand for others that were passed over.</summary>
    private volatile bool _hasGap;

    /// <summary>The first unit whose record is in the log.</summary>
    private long _first;
    private long _min;
    private long _max;
    private long _maxPhysical;
    private int _isQueuedForWriting;
    private int _isMending;
    private long _nextAppend;
    private string? _setAside;

    /// <summary>The unit that the next record is compared with, while a suspect queue is checked.</summary>
    private long _checkedTo = -1;

    internal ConsumeQueue(TopicQueues topic, int queueId, QueueLayout layout, QueueFiles files, QueueFlusher flusher, ILogger logger)
    {
        Topic = topic;
        QueueId = queueId;
        _layout = layout;
        _files = files;
        _units = new QueueUnits(files, layout);
        _flusher = flusher;
        _logger = logger;
    }

    public string TopicName => Topic.Name;

    public int QueueId { get; }

    /// <summary>How its units are kept.</summary>
    public QueueType Type => _layout.Type;

    /// <summary>The first offset whose record is still in the commit log; equal to <see cref="MaxOffset"/> when none is.</summary>
    public long MinOffset => Volatile.Read(ref _min);

    /// <summary>The offset the next message to become visible gets.</summary>
    public long MaxOffset => Volatile.Read(ref _max);

    /// <summary>What clients are told as its minimum: as by Apache's brokers, that of a BatchCQ nothing was ever written to is −1.</summary>
    public long ShownMinOffset => _layout.IsBatch && MaxOffset == 0 ? -1 : MinOffset;

    /// <summary>Where the record of the newest unit ends in the commit log; −1 when there is none.</summary>
    public long MaxPhysicalOffset => Volatile.Read(ref _maxPhysical);

    internal TopicQueues Topic { get; }

    internal QueueLayout Layout => _layout;

    internal bool IsBatch => _layout.IsBatch;

    internal long FirstIndex => Volatile.Read(ref _first);

    /// <summary>Behind the last unit.</summary>
    internal long EndIndex => _units.End;

    /// <summary>The first unit in memory; <see cref="EndIndex"/> when none is.</summary>
    internal long FirstInMemory => _units.TailFirst;

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
    internal long UnwrittenUnits => _units.Unwritten;

    internal bool IsUnsynced { get; set; }

    /// <summary>Recovery found units missing, and puts them right from the log.</summary>
    internal bool IsSuspect { get; set; }

    internal QueueFiles Files => _files;

    /// <summary>Messages from here on were added since the queue was loaded: their units, and their records, were in memory once.</summary>
    internal long LoadedMax { get; private set; }

    /// <summary>The first unit that is not surely on the disk.</summary>
    internal long SyncedTo => _units.SyncedTo;

    /// <summary>
    /// Reads units from an index on, as many as there are and fit; how many were read. Fewer than exist may come back at a file's end; none where
    /// units were lost that the log may still give back: they are asked for, and there soon.
    /// </summary>
    public int Read(long index, Span<byte> units)
    {
        var count = ReadUnchecked(index, units, out var isSure);
        var usable = isSure ? count : CountUsable(units[..(count * _layout.UnitBytes)]);
        if (usable == 0 && index >= FirstIndex && index < EndIndex && units.Length >= _layout.UnitBytes)
        {
            AskToMend(index);
        }
        return usable;
    }

    /// <summary>The unit of the message at an offset; false when there is none.</summary>
    public bool TryRead(long offset, out QueueUnit unit) => TryRead(offset, out unit, out _);

    /// <summary>The unit of the message at an offset; false when there is none.</summary>
    /// <param name="offset">Of any message.</param>
    /// <param name="unit">Where its record stands.</param>
    /// <param name="next">The first offset behind those that the unit stands for.</param>
    public bool TryRead(long offset, out QueueUnit unit, out long next)
    {
        if (offset >= 0 && offset < MaxOffset && TryReadAt(IndexOf(offset), out var entry))
        {
            (unit, next) = (entry.Unit, entry.End);
            return true;
        }
        (unit, next) = (default, offset);
        return false;
    }

    /// <summary>Reads units as they stand, right or not.</summary>
    /// <param name="index">Of the first.</param>
    /// <param name="units">As many as fit.</param>
    /// <param name="isSure">Whether they come from memory, where nothing gets lost.</param>
    internal int ReadUnchecked(long index, Span<byte> units, out bool isSure)
    {
        var count = _units.Read(index, units, out var isInMemory);
        isSure = isInMemory && !_hasGap;
        return count;
    }

    /// <summary>Reads one unit as it stands, right or not.</summary>
    internal bool TryReadUnchecked(long index, out QueueEntry entry)
    {
        Span<byte> bytes = stackalloc byte[QueueLayout.MaxUnitBytes];
        var isRead = ReadUnchecked(index, bytes[.._layout.UnitBytes], out _) == 1;
        entry = isRead ? _layout.Read(bytes, index) : default;
        return isRead;
    }

    /// <summary>Reads one unit if it is usable.</summary>
    internal bool TryReadAt(long index, out QueueEntry entry)
    {
        Span<byte> bytes = stackalloc byte[QueueLayout.MaxUnitBytes];
        var isRead = Read(index, bytes[.._layout.UnitBytes]) == 1;
        entry = isRead ? _layout.Read(bytes, index) : default;
        return isRead;
    }

    /// <summary>Reads the unit of the message at an offset if it is in memory.</summary>
    internal bool TryReadTail(long offset, out QueueUnit unit)
    {
        Span<byte> bytes = stackalloc byte[QueueLayout.MaxUnitBytes];
        var isHeld = (!_layout.IsBatch || OffsetSearch.FindTail(this, offset) is not null) && _units.TryReadTail(IndexOf(offset), bytes[.._layout.UnitBytes]);
        unit = isHeld ? QueueUnit.Read(bytes) : default;
        return isHeld;
    }

    /// <summary>
    /// How many units from the first on can be right: each was written, their records stand one after another before the end of what is listed, and
    /// so do the offsets they say.
    /// </summary>
    internal int CountUsable(ReadOnlySpan<byte> units)
    {
        var physicalEnd = MaxPhysicalOffset;
        var (previous, end) = (0L, 0L);
        var count = 0;
        for (; units.Length >= _layout.UnitBytes; units = units[_layout.UnitBytes..], count++)
        {
            var unit = QueueUnit.Read(units);
            if (unit.IsPlaceholder ? unit.IsPending : !unit.IsWritten || unit.PhysicalOffset < previous || unit.EndOffset > physicalEnd)
            {
                break;
            }
            if (_layout.IsBatch)
            {
                // One that stands where more were lost than the log gave back repeats the one before it.
                var entry = _layout.Read(units, 0);
                if (entry.Count <= 0 || (entry.Offset < end && unit.PhysicalOffset != previous))
                {
                    break;
                }
                end = entry.End;
            }
            previous = unit.IsPlaceholder ? previous : unit.PhysicalOffset;
        }
        return count;
    }

    /// <summary>The index of the unit that stands for an offset, or of the next one where none does.</summary>
    internal long IndexOf(long offset) => _layout.IsBatch ? OffsetSearch.IndexOf(this, offset) : offset;

    /// <summary>Puts the right unit where a wrong one stands, or none.</summary>
    internal void Replace(in QueueEntry entry, long index)
    {
        if (index >= EndIndex || Topic.IsDropped)
        {
            return;
        }
        Span<byte> bytes = stackalloc byte[QueueLayout.MaxUnitBytes];
        bytes = bytes[.._layout.UnitBytes];
        _layout.Write(bytes, entry);
        if (_units.Replace(index, bytes) && TryQueueForWriting())
        {
            _flusher.Add(this);
        }
    }

    /// <summary>True for the one who is to mend the queue in the background.</summary>
    internal bool TryBeginMending() => Interlocked.Exchange(ref _isMending, 1) == 0;

    internal void EndMending() => Volatile.Write(ref _isMending, 0);

    /// <summary>Has what stands at an index looked up in the log: at once where that is little work.</summary>
    internal void AskToMend(long index) => Topic.Table.Mender.Ask(this, index);

    /// <summary>
    /// Adds a record. What is already there is ignored, so dispatching a record again does no harm. One caller at a time.
    /// </summary>
    internal void Put(in QueueEntry entry)
    {
        var physicalEnd = entry.Unit.EndOffset;
        if (entry.End <= _max || physicalEnd < _maxPhysical || (physicalEnd == _maxPhysical && (_layout.IsBatch || entry.Count == 1)))
        {
            return;
        }
        if (entry.Offset > _max)
        {
            SkipTo(entry.Offset);
        }
        // Before the unit can be read: it is looked at whether it lies within.
        Volatile.Write(ref _maxPhysical, physicalEnd);
        // A batch that came into a queue with a unit for each message has as many.
        for (var i = _layout.IsBatch ? entry.End - 1 : _max; i < entry.End; i++)
        {
            _units.Add(entry);
        }
        Volatile.Write(ref _max, entry.End);
        var unwritten = _units.Unwritten;
        if (TryQueueForWriting())
        {
            _flusher.Add(this);
        }
        if (unwritten >= QueueFlusher.EagerUnits)
        {
            _flusher.OnLargeTail(unwritten);
        }
    }

    /// <summary>
    /// Whether a record is of another life of its topic than the queue's units: it comes after them in the log, and its offset is one that they have. Appends
    /// give none twice, so the topic was deleted in between, where the log comes from.
    /// </summary>
    internal bool IsOfLaterLife(in QueueEntry entry) =>
        entry.Offset < _max && Volatile.Read(ref _maxPhysical) is > 0 and var end && entry.Unit.PhysicalOffset >= end;

    /// <summary>Puts a record's unit where it belongs, if it is not there; records come in order. Before the store is started.</summary>
    internal void Repair(in QueueEntry entry)
    {
        if (_layout.IsBatch)
        {
            RepairBatch(entry);
            return;
        }
        var end = Math.Min(entry.End, _max);
        for (var index = entry.Offset; index < end; index++)
        {
            if (index * QueueUnit.Bytes >= _files.First
                && !(TryReadUnchecked(index, out var there) && there.Unit.PhysicalOffset == entry.Unit.PhysicalOffset && there.Unit.Size == entry.Unit.Size))
            {
                Replace(entry, index);
            }
        }
        Put(entry);
    }

    /// <summary>True for the one caller that has to hand the queue to the writer.</summary>
    internal bool TryQueueForWriting() =>
        Volatile.Read(ref _isQueuedForWriting) == 0 && Interlocked.Exchange(ref _isQueuedForWriting, 1) == 0;

    /// <summary>Puts what is only in memory into the file. Called by the one writer.</summary>
    internal void WriteOut()
    {
        Interlocked.Exchange(ref _isQueuedForWriting, 0);
        if (!Topic.IsDropped)
        {
            _units.WriteOut();
        }
    }

    /// <summary>Gives back the memory of a queue nothing is written to any more.</summary>
    internal void ReleaseTail() => _units.ReleaseTail();

    /// <summary>Brings what was written out to the disk, unless it is there. Called by the one writer.</summary>
    internal void Sync(bool isOnDisk)
    {
        if (!Topic.IsDropped)
        {
            _units.Sync(isOnDisk);
        }
    }

    /// <summary>See <see cref="QueueUnits.UnsyncFrom"/>.</summary>
    internal void UnsyncFrom(long index) => _units.UnsyncFrom(index);

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
            _files.Truncate(end * _layout.UnitBytes, keepsPlace: !_layout.IsBatch);
        }
        _units.OpenAt(end);
        FindEnd();
        _first = _files.First / _layout.UnitBytes;
        _min = OffsetAt(_first);
    }

    /// <summary>
    /// Moves <see cref="MinOffset"/> past the units whose records are gone, and deletes the files that held nothing else; how many. Not beside
    /// <see cref="WriteOut"/>.
    /// </summary>
    internal int CorrectMin(long physicalMin)
    {
        var first = Math.Max(FirstIndex, _files.First / _layout.UnitBytes);
        var (low, high) = (first, EndIndex);
        while (low < high)
        {
            // The first one mostly stays.
            var middle = low == first ? low : low + (high - low) / 2;
            var at = middle;
            bool? isGone;
            while ((isGone = IsGone(at, physicalMin)) is null && at + 1 < Math.Min(high, middle + OffsetSearch.MaxLostPassed))
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
        Volatile.Write(ref _min, OffsetAt(low));
        Volatile.Write(ref _first, low);
        return _files.DeleteBefore(Math.Min(low, _units.Written) * _layout.UnitBytes);
    }

    /// <summary>Whether a unit's record is gone from the log; null when the unit is none, or does not follow the one before it.</summary>
    private bool? IsGone(long index, long physicalMin)
    {
        if (!TryReadUnchecked(index, out var entry) || !entry.Unit.IsWritten || entry.Unit.IsPending || entry.Unit.IsLost)
        {
            return null;
        }
        if (entry.Unit.IsPlaceholder || entry.Unit.PhysicalOffset >= physicalMin)
        {
            return entry.Unit.IsPlaceholder;
        }
        var follows = index * _layout.UnitBytes <= _files.First || !TryReadUnchecked(index - 1, out var before) || before.Unit.IsPlaceholder
            || before.Unit.PhysicalOffset <= entry.Unit.PhysicalOffset;
        return follows ? true : null;
    }

    /// <summary>Sees from its last unit where the queue ends. Before it is used.</summary>
    internal void FindEnd()
    {
        var end = EndIndex;
        var hasLast = TryReadUnchecked(end - 1, out var last) && last.Unit.IsWritten;
        // One that counts nothing, which Apache's brokers may write, stands for a message.
        _max = !_layout.IsBatch ? end : hasLast ? last.Offset + Math.Max(1, last.Count) : 0;
        _maxPhysical = hasLast && !last.Unit.IsPlaceholder ? last.Unit.EndOffset : -1;
        NextAppendOffset = LoadedMax = _max;
    }

    /// <summary>The first offset that a unit, or else the next that is one, stands for.</summary>
    private long OffsetAt(long index) => !_layout.IsBatch ? index : OffsetSearch.TryFindWritten(this, index, EndIndex, out _, out var entry) ? entry.Offset : _max;

    /// <summary>From the first unit on that is another than the log has, all are made anew: no record says which unit is its.</summary>
    private void RepairBatch(in QueueEntry entry)
    {
        if (_checkedTo < 0)
        {
            _checkedTo = _files.First / _layout.UnitBytes;
            while (TryReadUnchecked(_checkedTo, out var older) && older.Unit.IsWritten && older.Unit.EndOffset <= entry.Unit.PhysicalOffset)
            {
                _checkedTo++;
            }
        }
        if (TryReadUnchecked(_checkedTo, out var there) && there == entry)
        {
            _checkedTo++;
            return;
        }
        if (_checkedTo < EndIndex)
        {
            _units.Truncate(_checkedTo);
            FindEnd();
        }
        Put(entry);
        _checkedTo = EndIndex;
    }

    private void SkipTo(long offset)
    {
        if (_max == 0 && _files.IsEmpty)
        {
            // A queue whose earlier messages are gone starts where it is. Where a unit's index is its offset the rest of its first file is marked as such.
            var fileStart = _layout.IsBatch ? 0 : offset / _layout.UnitsPerFile * _layout.UnitsPerFile;
            _units.OpenAt(fileStart);
            _max = _layout.IsBatch ? offset : fileStart;
            Volatile.Write(ref _min, offset);
            Volatile.Write(ref _first, _layout.IsBatch ? 0 : offset);
            Fill(QueueUnit.Placeholder, offset);
            return;
        }
        _logger.QueueGap(TopicName, QueueId, _max, offset);
        _hasGap = true;
        Fill(QueueUnit.Pending, offset);
    }

    /// <summary>Adds a unit for each message up to an offset: there may be as many.</summary>
    private void Fill(in QueueUnit unit, long offset)
    {
        for (; _max < offset; _max++)
        {
            _units.Add(new QueueEntry(unit, _max, 1, 0));
        }
    }
}
