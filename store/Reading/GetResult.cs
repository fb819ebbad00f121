using System.Buffers;
using RocketMQ.Store.Log;

namespace RocketMQ.Store;

/// <summary>
/// Messages read from a queue. Their bytes stay in the commit log's mapping, which the result leases until it is disposed; then it is reused.
/// </summary>
public sealed class GetResult : IDisposable
{
    private readonly Action<GetResult> _recycle;
    private readonly List<Segment> _segments = new(32);
    private readonly List<LogFile> _leased = new(2);

    internal GetResult(Action<GetResult> recycle) => _recycle = recycle;

    public GetStatus Status { get; internal set; }

    /// <summary>Where the reader should go on.</summary>
    public long NextBeginOffset { get; internal set; }

    public long MinOffset { get; internal set; }

    public long MaxOffset { get; internal set; }

    /// <summary>Size of all records together, in bytes.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>Records in the result.</summary>
    public int Count => _segments.Count;

    /// <summary>Messages in the result: a record may be a batch of them.</summary>
    public int Messages { get; private set; }

    /// <summary>How far the records lie behind the log's end exceeds what memory caches: a slave would do as well.</summary>
    public bool SuggestPullingFromSlave { get; internal set; }

    /// <summary>Messages the filter refused by their record.</summary>
    public long FilteredByRecord { get; internal set; }

    /// <summary>A record's bytes.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var segment = _segments[index];
            return segment.File.Bytes(segment.PhysicalOffset, segment.Size);
        }
    }

    /// <summary>The offset of a record's first message.</summary>
    public long QueueOffsetAt(int index) => _segments[index].QueueOffset;

    /// <summary>The offset behind a record's messages.</summary>
    public long EndOffsetAt(int index) => _segments[index].QueueOffset + _segments[index].Messages;

    public long PhysicalOffsetAt(int index) => _segments[index].PhysicalOffset;

    /// <summary>Brings the records into memory, so that copying them does not wait for the disk.</summary>
    public void Touch()
    {
        foreach (var segment in _segments)
        {
            var bytes = segment.File.Bytes(segment.PhysicalOffset, segment.Size);
            for (var at = 0; at < bytes.Length; at += Environment.SystemPageSize)
            {
                Volatile.Read(ref bytes[at]);
            }
            Volatile.Read(ref bytes[^1]);
        }
    }

    /// <summary>Copies all records, one after another, into a pull reply's body.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (var i = 0; i < _segments.Count;)
        {
            // Records next to each other in the log are copied at once.
            var first = _segments[i];
            var size = first.Size;
            for (i++; i < _segments.Count && _segments[i].File == first.File && _segments[i].PhysicalOffset == first.PhysicalOffset + size; i++)
            {
                size += _segments[i].Size;
            }
            writer.Write(first.File.Bytes(first.PhysicalOffset, size));
        }
    }

    public void Dispose()
    {
        foreach (var file in _leased)
        {
            file.Release();
        }
        _leased.Clear();
        _segments.Clear();
        TotalBytes = Messages = 0;
        _recycle(this);
    }

    internal void Begin()
    {
        Status = GetStatus.NO_MESSAGE_IN_QUEUE;
        NextBeginOffset = MinOffset = MaxOffset = FilteredByRecord = 0;
        SuggestPullingFromSlave = false;
    }

    /// <summary>Leases a file once for all its records; false when it is gone.</summary>
    internal bool TryLease(LogFile file)
    {
        if (_leased.Count > 0 && _leased[^1] == file)
        {
            return true;
        }
        if (!file.TryLease())
        {
            return false;
        }
        _leased.Add(file);
        return true;
    }

    internal void Add(LogFile file, long physicalOffset, int size, long queueOffset, int messages)
    {
        _segments.Add(new(file, physicalOffset, size, queueOffset, messages));
        TotalBytes += size;
        Messages += messages;
    }

    private readonly record struct Segment(LogFile File, long PhysicalOffset, int Size, long QueueOffset, int Messages);
}
