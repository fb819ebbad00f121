using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Timing;

/// <summary>
/// Which messages of the timer queue wait for which time, on disk as Apache keeps it: the wheel, its log, and how far both are. Nothing of it is in
/// memory but a bit for each slot. It knows neither when now is nor what becomes of a message; one thread uses it, figures may be read by any.
/// </summary>
public sealed class TimerStore : IDisposable
{
    /// <summary>Slots, of the seven days a wheel serves, that are kept free.</summary>
    private const int SpareSlots = 60;

    /// <summary>Entries that are walked back before they are handed out oldest first.</summary>
    private const int SegmentUnits = 256;

    private readonly TimerWheel _wheel;
    private readonly TimerLog _log;
    private readonly TimerCheckpointFile _file;
    private readonly MessageStore _store;
    private TimerCheckpoint _checkpoint;
    private long _readTimeMs;
    private long _queueOffset;
    private long _slotDone;
    private bool _isUnsaved;
    private TimerFollowed _followed;

    private TimerStore(MessageStore store, TimerWheel wheel, TimerLog log, TimerCheckpointFile file, int precisionMs)
    {
        _store = store;
        _wheel = wheel;
        _log = log;
        _file = file;
        PrecisionMs = precisionMs;
        file.Load(out _checkpoint, out _);
        _followed = file.LoadFollowed();
    }

    /// <summary>Width of a slot.</summary>
    public int PrecisionMs { get; }

    /// <summary>All slots before this one are delivered. Any thread.</summary>
    public long ReadTimeMs => Volatile.Read(ref _readTimeMs);

    /// <summary>The first offset of the timer queue that is not in the wheel. Any thread.</summary>
    public long QueueOffset => Volatile.Read(ref _queueOffset);

    /// <summary>Messages in the wheel, less those taken back. Any thread.</summary>
    public long Pending => _wheel.Pending;

    /// <summary>Messages of the slot at <see cref="ReadTimeMs"/> that are done.</summary>
    public long SlotDone => _slotDone;

    /// <summary>Where the last record that was taken or delivered ends in the commit log.</summary>
    public long PhysicalEnd { get; private set; }

    /// <summary>Whether something changed since <see cref="Save"/>.</summary>
    public bool IsUnsaved => _isUnsaved;

    /// <summary>What stands on the disk. Any thread.</summary>
    public TimerCheckpoint Checkpoint => Volatile.Read(ref _checkpoint);

    /// <summary>The first slot that waits; null when none does.</summary>
    public long? NextTimeMs => _wheel.Next(_readTimeMs);

    /// <summary>Opens or creates the timer files of a store and makes good what a crash left. Touches the disk.</summary>
    /// <exception cref="CorruptStoreException">A file can be neither used nor rebuilt.</exception>
    public static TimerStore Open(MessageStore store, TimeProvider time, IStoreFileSystem? files = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        files ??= PhysicalFileSystem.Instance;
        var options = store.Options;
        TimerWheel? wheel = null;
        TimerLog? log = null;
        TimerCheckpointFile? file = null;
        try
        {
            wheel = TimerWheel.Open(files, Path.Combine(options.StorePathRootDir, "timerwheel"), options.TimerPrecision, out var isNew);
            log = TimerLog.Open(files, options.TimerLogPath, options.MappedFileSizeTimerLog);
            file = new TimerCheckpointFile(files, options.TimerCheckpointPath);
            var timers = new TimerStore(store, wheel, log, file, options.TimerPrecision);
            timers.Recover(time.GetUtcNow().ToUnixTimeMilliseconds(), isNew, options.TimerLogPath);
            return timers;
        }
        catch
        {
            wheel?.Dispose();
            log?.Dispose();
            file?.Dispose();
            throw;
        }
    }

    /// <summary>How far delivery can go back from a time: what a wheel still knows.</summary>
    internal static long FurthestBack(long timeMs, int precisionMs) => timeMs - ((long)TimerWheel.SlotCount / 2 - SpareSlots) * precisionMs;

    /// <summary>The slot of a time.</summary>
    public long Floor(long timeMs) => timeMs / PrecisionMs * PrecisionMs;

    /// <summary>Whether the wheel has room for a time: a slot is not used for two turns at once.</summary>
    public bool Reaches(long timeMs) => timeMs >= _readTimeMs && timeMs - _readTimeMs < _wheel.TurnMs;

    /// <summary>Messages in a time's slot, less those taken back.</summary>
    public int CountAt(long timeMs) => _wheel.Read(timeMs).Count;

    /// <summary>Puts a message of the timer queue into the slot of a time within reach.</summary>
    public void Add(long timeMs, int magic, long writeTimeMs, long physicalOffset, int size, int topicHash)
    {
        var slot = _wheel.Read(timeMs);
        var unit = new TimerUnit(slot.Last, magic, writeTimeMs, (int)(timeMs - writeTimeMs), physicalOffset, size, topicHash);
        // The log first: a slot never points to what is not written.
        var position = _log.Append(unit);
        _wheel.Add(timeMs, slot, position, unit.IsDelete);
        PhysicalEnd = Math.Max(PhysicalEnd, physicalOffset + size);
    }

    /// <summary>The queue's messages before an offset are in the wheel, or done with.</summary>
    public void TakenTo(long queueOffset)
    {
        Volatile.Write(ref _queueOffset, queueOffset);
        Note();
    }

    /// <summary>A slot's entries from the newest on.</summary>
    public IEnumerable<TimerUnit> NewestFirst(long timeMs) => Chain(timeMs).Select(entry => entry.Unit);

    /// <summary>A slot's entries from the oldest on. However many they are, few are in memory at a time.</summary>
    public IEnumerable<TimerUnit> OldestFirst(long timeMs)
    {
        var segments = new List<long>();
        var count = 0;
        foreach (var (position, _) in Chain(timeMs))
        {
            if (count++ % SegmentUnits == 0)
            {
                segments.Add(position);
            }
        }
        var segment = new List<TimerUnit>(Math.Min(count, SegmentUnits));
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            segment.Clear();
            segment.AddRange(ChainFrom(segments[i], timeMs).Take(SegmentUnits).Select(entry => entry.Unit));
            for (var j = segment.Count - 1; j >= 0; j--)
            {
                yield return segment[j];
            }
        }
    }

    /// <summary>All entries that are not done, in the order they were taken. Reads the whole log.</summary>
    public IEnumerable<TimerUnit> Waiting()
    {
        var done = _slotDone;
        foreach (var (_, unit) in _log.Scan(_log.Start))
        {
            var isBehind = unit.TimeMs < _readTimeMs || !Reaches(unit.TimeMs);
            if (!isBehind && !(unit.TimeMs == _readTimeMs && !(unit.IsDelete && !unit.IsRolled) && done-- > 0))
            {
                yield return unit;
            }
        }
    }

    /// <summary>One more message of the slot at <see cref="ReadTimeMs"/> is done.</summary>
    /// <param name="physicalEnd">Where its new record ends; 0 when it has none.</param>
    public void Done(long physicalEnd)
    {
        _slotDone++;
        Delivered(physicalEnd);
    }

    /// <summary>A message was delivered that never was in the wheel.</summary>
    public void Delivered(long physicalEnd)
    {
        PhysicalEnd = Math.Max(PhysicalEnd, physicalEnd);
        Note();
    }

    /// <summary>All slots before this time are done.</summary>
    public void ReadTo(long timeMs)
    {
        var waited = false;
        while (_wheel.Next(_readTimeMs) is { } slot && slot < timeMs)
        {
            _wheel.Remove(slot);
            waited = true;
        }
        if (timeMs != _readTimeMs)
        {
            Volatile.Write(ref _readTimeMs, timeMs);
            _slotDone = 0;
        }
        if (waited)
        {
            Note();
        }
    }

    /// <summary>
    /// Another broker of the set has delivered to here: what it has done is not done again when this one delivers. Once its deliveries are in this log, and not
    /// beside a delivery. Said without waiting for the disk: what is lost of that is delivered twice.
    /// </summary>
    public void Follow(TimerCheckpoint master)
    {
        ArgumentNullException.ThrowIfNull(master);
        var followed = new TimerFollowed(master.MasterQueueOffset, Floor(master.ReadTimeMs));
        if (followed == _followed || followed.ReadTimeMs <= 0)
        {
            return;
        }
        _followed = followed;
        _file.Note(followed);
        if (followed.ReadTimeMs > _readTimeMs)
        {
            ReadTo(followed.ReadTimeMs);
            Note();
        }
    }

    /// <summary>Whether a message of the timer queue was delivered by another broker of the set.</summary>
    public bool IsDoneElsewhere(long queueOffset, long timeMs) => _followed.Has(queueOffset, timeMs);

    /// <summary>Brings all to the disk. The commit log must be there up to <see cref="PhysicalEnd"/>. Blocks on the disk.</summary>
    public void Save(long nowMs)
    {
        var position = _log.End;
        _log.Flush();
        _wheel.Flush();
        var last = _checkpoint;
        var next = last with
        {
            ReadTimeMs = _readTimeMs,
            LogPosition = position,
            QueueOffset = _queueOffset,
            MasterQueueOffset = _queueOffset,
        };
        if (next.ReadTimeMs != last.ReadTimeMs || next.QueueOffset != last.QueueOffset)
        {
            next = next with { VersionTimestamp = nowMs, VersionCounter = last.VersionCounter + 1 };
        }
        _file.Save(next);
        Volatile.Write(ref _checkpoint, next);
        _isUnsaved = false;
    }

    /// <summary>Deletes timer log files that only name records the commit log no longer holds; how many.</summary>
    public int DeleteExpired()
    {
        var min = _store.MinPhysicalOffset;
        return _log.DeleteWhile(unit => unit.PhysicalOffset < min);
    }

    public void Dispose()
    {
        _wheel.Dispose();
        _log.Dispose();
        _file.Dispose();
    }

    private void Note()
    {
        _isUnsaved = true;
        _file.Note(new TimerProgress(_readTimeMs, _slotDone, _queueOffset, _log.End, PhysicalEnd));
    }

    private IEnumerable<(long Position, TimerUnit Unit)> Chain(long timeMs) => ChainFrom(_wheel.Read(timeMs).Last, timeMs);

    /// <summary>Positions only fall, so that no damage makes a circle.</summary>
    private IEnumerable<(long Position, TimerUnit Unit)> ChainFrom(long position, long timeMs)
    {
        while (_log.TryRead(position, out var unit) && unit.TimeMs == timeMs)
        {
            yield return (position, unit);
            position = unit.Previous;
        }
    }

    private void Recover(long nowMs, bool isWheelNew, string logPath)
    {
        _file.Load(out var checkpoint, out var progress);
        // As far back as a wheel serves, when nothing tells how far delivery was. A clock that was set back counts from where it is.
        var oldest = FurthestBack(Floor(nowMs), PrecisionMs);
        _readTimeMs = Math.Min(checkpoint.ReadTimeMs > 0 ? Floor(checkpoint.ReadTimeMs) : oldest, Floor(nowMs));

        var highest = _wheel.Load(_readTimeMs);
        // An entry may have outlived its record; another message may stand there soon.
        _log.Recover(
            isWheelNew ? 0 : checkpoint.LogPosition, unit => unit.PhysicalOffset + unit.Size <= _store.MaxPhysicalOffset, Relink);
        if (highest >= 0 && checkpoint.LogPosition > 0 && _log.Start == _log.End)
        {
            throw new CorruptStoreException(
                logPath, 0, "the log of a wheel in which messages wait (restore it, or delete timerwheel and config/timercheck and lose them)", "nothing");
        }
        if (highest >= _log.End)
        {
            RelinkLost();
        }

        RestoreProgress(checkpoint, progress, nowMs);
    }

    /// <summary>Makes an entry the newest of its slot, if its slot does not know it.</summary>
    private void Relink(long position, TimerUnit unit)
    {
        if (Reaches(unit.TimeMs) && _wheel.Read(unit.TimeMs) is var slot && slot.Last < position)
        {
            _wheel.Add(unit.TimeMs, slot, position, unit.IsDelete);
            _isUnsaved = true;
        }
    }

    /// <summary>Slots that point behind the log's end get back what the log still holds; what it lost is read from the queue again.</summary>
    private void RelinkLost()
    {
        var from = long.MaxValue;
        for (var time = NextTimeMs; time is { } slotTime && Reaches(slotTime); time = _wheel.Next(slotTime + PrecisionMs))
        {
            var slot = _wheel.Read(slotTime);
            if (slot.Last >= _log.End)
            {
                _wheel.Remove(slotTime);
                from = Math.Min(from, slot.First);
            }
        }
        if (from < _log.End)
        {
            foreach (var (position, unit) in _log.Scan(Math.Max(from, _log.Start)))
            {
                Relink(position, unit);
            }
        }
    }

    private void RestoreProgress(TimerCheckpoint checkpoint, TimerProgress? noted, long nowMs)
    {
        _queueOffset = checkpoint.QueueOffset;
        if (noted is { } progress && progress.ReadTimeMs >= _readTimeMs && progress.ReadTimeMs <= nowMs
            && progress.QueueOffset >= _queueOffset
            && progress.LogEnd <= _log.End && progress.PhysicalEnd <= _store.MaxPhysicalOffset)
        {
            ReadTo(progress.ReadTimeMs);
            _slotDone = progress.SlotDone;
            _queueOffset = progress.QueueOffset;
            PhysicalEnd = progress.PhysicalEnd;
        }
        if (_log.TryReadLast(out var last) && QueueOffsetOf(last) is { } offset)
        {
            // A log that lost its end takes the queue back with it.
            _queueOffset = _log.End < checkpoint.LogPosition ? offset + 1 : Math.Max(_queueOffset, offset + 1);
        }
    }

    private long? QueueOffsetOf(in TimerUnit unit)
    {
        using var lease = _store.Read(unit.PhysicalOffset);
        return lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok ? record.QueueOffset : null;
    }
}
