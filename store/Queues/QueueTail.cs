using System.Buffers;

namespace RocketMQ.Store.Queues;

/// <summary>
/// The newest units of a queue, in memory: what is not yet in its file, and a little more for readers. Takes a pooled buffer only while the
/// queue is written to. Not thread-safe: the lock of <see cref="QueueUnits"/> guards it.
/// </summary>
internal struct QueueTail(int unitBytes)
{
    private const int FirstCapacity = 1024;

    private byte[]? _buffer;

    /// <summary>Index of the first unit held.</summary>
    public long First { get; private set; }

    public int Count { get; private set; }

    public readonly long End => First + Count;

    /// <summary>Starts over, empty, at a unit.</summary>
    public void Reset(long first)
    {
        Release();
        First = first;
        Count = 0;
    }

    /// <summary>Adds a unit, to be written there. Units before <paramref name="written"/> may be dropped to make room; the buffer grows when that is not enough.</summary>
    public Span<byte> Add(long written)
    {
        if (_buffer is null || (Count + 1) * unitBytes > _buffer.Length)
        {
            MakeRoom(written);
        }
        return _buffer.AsSpan(Count++ * unitBytes, unitBytes);
    }

    /// <summary>The bytes of units from one on, which must be held.</summary>
    public readonly ReadOnlySpan<byte> From(long unit) =>
        _buffer.AsSpan((int)(unit - First) * unitBytes, (int)(End - unit) * unitBytes);

    /// <summary>Puts another unit in the place of one, which must be held.</summary>
    public readonly void Replace(long index, ReadOnlySpan<byte> unit) => unit.CopyTo(_buffer.AsSpan((int)(index - First) * unitBytes));

    /// <summary>Gives the buffer back; all units must be written.</summary>
    public void Release()
    {
        if (_buffer is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _buffer = null;
        First = End;
        Count = 0;
    }

    private void MakeRoom(long written)
    {
        var drop = (int)Math.Clamp(written - First, 0, Count);
        var kept = _buffer.AsSpan(drop * unitBytes, (Count - drop) * unitBytes);
        if (_buffer is { } same && drop >= Count / 2 && drop > 0)
        {
            kept.CopyTo(same);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstCapacity, (_buffer?.Length ?? 0) * 2));
            kept.CopyTo(larger);
            if (_buffer is { } old)
            {
                ArrayPool<byte>.Shared.Return(old);
            }
            _buffer = larger;
        }
        First += drop;
        Count -= drop;
    }
}
