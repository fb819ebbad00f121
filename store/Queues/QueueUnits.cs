using System.Buffers;

namespace RocketMQ.Store.Queues;

/// <summary>
/// A queue's units by their index, whatever they say. New ones live in memory until the background writer puts them into the file; readers see both.
/// One caller at a time adds.
/// </summary>
internal sealed class QueueUnits(QueueFiles files, QueueLayout layout)
{
    private readonly int _unitBytes = layout.UnitBytes;
    private readonly Lock _lock = new();
    private QueueTail _tail = new(layout.UnitBytes);

    /// <summary>Units from here on were written over in the file and are not on the disk; as a rule beyond all.</summary>
    private long _overwrittenFrom = long.MaxValue;
    private long _end;

    /// <summary>Units before this are in the file.</summary>
    private long _written;

    /// <summary>Units before this are on the disk.</summary>
    private long _synced;

    /// <summary>Behind the last one.</summary>
    public long End => Volatile.Read(ref _end);

    public long Written => Volatile.Read(ref _written);

    /// <summary>How many are only in memory, about.</summary>
    public long Unwritten => End - Written;

    /// <summary>The first one that is not surely on the disk.</summary>
    public long SyncedTo => Math.Min(_synced, Volatile.Read(ref _overwrittenFrom));

    /// <summary>The first one in memory.</summary>
    public long TailFirst
    {
        get
        {
            lock (_lock)
            {
                return _tail.First;
            }
        }
    }

    /// <summary>The files hold all units before one, and no other.</summary>
    public void OpenAt(long end)
    {
        lock (_lock)
        {
            _end = _written = _synced = end;
            _tail.Reset(end);
        }
    }

    /// <summary>Cuts off the units from one on. Before the store is started.</summary>
    public void Truncate(long end)
    {
        files.Truncate(end * _unitBytes);
        OpenAt(end);
    }

    /// <summary>Reads units as they stand, right or not, as many as there are and fit; fewer at a file's end.</summary>
    /// <param name="index">Of the first.</param>
    /// <param name="units">Room for whole ones.</param>
    /// <param name="isInMemory">Whether they come from memory, where nothing gets lost.</param>
    public int Read(long index, Span<byte> units, out bool isInMemory)
    {
        long inFileUntil;
        isInMemory = false;
        lock (_lock)
        {
            if (index >= _end || index < 0)
            {
                return 0;
            }
            if (index >= _tail.First)
            {
                var bytes = _tail.From(index);
                bytes = bytes[..Math.Min(bytes.Length, units.Length / _unitBytes * _unitBytes)];
                bytes.CopyTo(units);
                isInMemory = true;
                return bytes.Length / _unitBytes;
            }
            inFileUntil = Math.Min(_tail.First, _end);
        }
        var count = (int)Math.Min(units.Length / _unitBytes, inFileUntil - index);
        return files.Read(units[..(count * _unitBytes)], index * _unitBytes) / _unitBytes;
    }

    /// <summary>Reads one if it is in memory.</summary>
    public bool TryReadTail(long index, Span<byte> unit)
    {
        lock (_lock)
        {
            var isHeld = index >= _tail.First && index < _tail.End;
            if (isHeld)
            {
                _tail.From(index)[.._unitBytes].CopyTo(unit);
            }
            return isHeld;
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(in QueueEntry entry)
    {
        lock (_lock)
        {
            layout.Write(_tail.Add(_written), entry);
            Volatile.Write(ref _end, _end + 1);
        }
    }

    /// <summary>Puts another one in the place of one; whether that is in the file, and has to be brought to the disk.</summary>
    public bool Replace(long index, ReadOnlySpan<byte> unit)
    {
        bool isWritten;
        lock (_lock)
        {
            if (index >= _tail.First && index < _tail.End)
            {
                _tail.Replace(index, unit);
            }
            isWritten = index < _written;
            _overwrittenFrom = isWritten ? Math.Min(_overwrittenFrom, index) : _overwrittenFrom;
        }
        if (isWritten)
        {
            files.Overwrite(unit, index * _unitBytes);
        }
        return isWritten;
    }

    /// <summary>Puts what is only in memory into the file. Called by the one writer.</summary>
    public void WriteOut()
    {
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
                if (length == 0)
                {
                    return;
                }
                copy = ArrayPool<byte>.Shared.Rent(length);
                bytes.CopyTo(copy);
            }
            files.Write(copy.AsSpan(0, length), from * _unitBytes);
            lock (_lock)
            {
                _written = from + length / _unitBytes;
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

    /// <summary>Gives back the memory when nothing is written any more.</summary>
    public void ReleaseTail()
    {
        lock (_lock)
        {
            if (_written == _end)
            {
                _tail.Release();
            }
        }
    }

    /// <summary>Brings what was written out to the disk, unless it is there. Called by the one writer.</summary>
    public void Sync(bool isOnDisk)
    {
        long from, to;
        lock (_lock)
        {
            (from, to) = (Math.Min(_synced, _overwrittenFrom), _written);
            _overwrittenFrom = long.MaxValue;
        }
        if (to > from)
        {
            if (!isOnDisk)
            {
                files.Flush(from * _unitBytes, to * _unitBytes);
            }
            _synced = to;
        }
    }

    /// <summary>
    /// The disk refused units from one on: whatever the next flush says, they may be lost, for a system that could not write a page may hold it for
    /// written. They count as unwritten until they were written again.
    /// </summary>
    public void UnsyncFrom(long index)
    {
        lock (_lock)
        {
            _overwrittenFrom = Math.Min(_overwrittenFrom, index);
        }
    }
}
