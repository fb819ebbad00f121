using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Store;

/// <summary>Reads records of a log at rest.</summary>
internal sealed class LogReader : IDisposable
{
    private const int BlockBytes = 8 * 1024 * 1024;
    private const int BlankHeadBytes = 8;

    private readonly List<(LogSegment Segment, SafeFileHandle Handle)> _files;
    private byte[] _buffer = new byte[BlockBytes];

    public LogReader(StoreDirectory store)
    {
        _files = [.. store.Segments.Select(s => (s, File.OpenHandle(s.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)))];
    }

    /// <summary>Looks at a record; false ends the walk.</summary>
    public delegate bool Visitor(in MessageRecord record, long physicalOffset);

    /// <summary>Goes through all records from an offset on, file by file, to where they end.</summary>
    public LogEnd Walk(long from, Visitor visit)
    {
        var expected = -1L;
        foreach (var (segment, handle) in _files.Where(f => f.Segment.EndOffset > from))
        {
            if (expected >= 0 && segment.BaseOffset != expected)
            {
                return new(expected, $"the next file begins at {segment.BaseOffset}: one is missing");
            }

            var end = WalkFile(segment, handle, Math.Max(from, segment.BaseOffset), visit);
            if (end.Reason is not null || end.Offset < segment.EndOffset)
            {
                return end;
            }

            expected = segment.EndOffset;
        }

        return new(Math.Max(expected, from), null);
    }

    /// <summary>The record at an offset, or why there is none.</summary>
    public string? Look(long physicalOffset, int size, Action<MessageRecord>? use = null)
    {
        if (_files.Find(f => f.Segment.BaseOffset <= physicalOffset && physicalOffset < f.Segment.EndOffset) is not { Segment: { } segment } file)
        {
            return "which no file of the log has";
        }

        if (size > _buffer.Length)
        {
            return $"where no record of {size} bytes can be";
        }

        var read = RandomAccess.Read(file.Handle, _buffer.AsSpan(0, size), physicalOffset - segment.BaseOffset);
        var status = MessageRecord.TryRead(_buffer.AsSpan(0, read), out var record);
        if (status != RecordReadStatus.Ok || record.PhysicalOffset != physicalOffset)
        {
            return "where no record begins";
        }

        if (record.Size != size)
        {
            return $"where a record of {record.Size} bytes begins";
        }

        use?.Invoke(record);
        return null;
    }

    /// <summary>Whether a record begins at an offset, by its head alone.</summary>
    public bool HasRecordAt(long physicalOffset)
    {
        if (_files.Find(f => f.Segment.BaseOffset <= physicalOffset && physicalOffset < f.Segment.EndOffset) is not { Segment: { } segment } file)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[MessageLayout.PhysicalOffset + 8];
        return RandomAccess.Read(file.Handle, head, physicalOffset - segment.BaseOffset) == head.Length
            && BinaryPrimitives.ReadInt32BigEndian(head[MessageLayout.Magic..]) is MessageLayout.MagicV1 or MessageLayout.MagicV2
            && BinaryPrimitives.ReadInt64BigEndian(head[MessageLayout.PhysicalOffset..]) == physicalOffset;
    }

    public void Dispose() => _files.ForEach(f => f.Handle.Dispose());

    /// <returns>Where the records of this file end: its end when it is full.</returns>
    private LogEnd WalkFile(LogSegment segment, SafeFileHandle handle, long from, Visitor visit)
    {
        var (at, start, length) = (from, from, 0);
        while (at < segment.EndOffset)
        {
            var bytes = _buffer.AsSpan((int)(at - start), length - (int)(at - start));
            var status = MessageRecord.TryRead(bytes, out var record);
            var isAllThere = at + bytes.Length == segment.EndOffset;
            if (status == RecordReadStatus.Incomplete && !isAllThere)
            {
                // More of the file, from this record on; a larger block if it is larger than that.
                if (bytes.Length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                (start, length) = (at, RandomAccess.Read(handle, _buffer, at - segment.BaseOffset));
                continue;
            }

            if (status == RecordReadStatus.Blank || (isAllThere && bytes.Length < BlankHeadBytes))
            {
                return new(segment.EndOffset, null);
            }

            if (status != RecordReadStatus.Ok)
            {
                return new(at, bytes[..Math.Min(BlankHeadBytes, bytes.Length)].ContainsAnyExcept((byte)0) ? $"no record: {status}" : null);
            }

            if (record.PhysicalOffset != at)
            {
                return new(at, $"a record that belongs at offset {record.PhysicalOffset}");
            }

            if (!visit(record, at))
            {
                return new(at, "stopped");
            }

            at += record.Size;
        }

        return new(at, null);
    }
}
