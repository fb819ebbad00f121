using System.Buffers.Binary;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Replication;

/// <summary>
/// Takes the log of another broker: bytes in their order, cut wherever the wire cut them. They are put in their place at once; readers, queues and the disk
/// see them when their record is whole. What is left of a record when a connection ends, or the broker, was never there.
/// </summary>
internal sealed class ReceivedLog(CommitLog log, WriteGate gate)
{
    private long _received = -1;

    /// <summary>Where the log, which is empty, is to begin once a record is whole; −1 when it has begun.</summary>
    private long _beginning = -1;

    /// <summary>The end of what has come.</summary>
    public long End => Math.Max(Volatile.Read(ref _received), log.WriteOffset);

    /// <summary>The end of the last whole record.</summary>
    private long Whole => _beginning >= 0 ? _beginning : log.WriteOffset;

    /// <summary>Forgets the part of a record that has come behind the last whole one.</summary>
    public void DropUnfinished()
    {
        lock (log.Appending)
        {
            Forget();
        }
    }

    /// <summary>Takes bytes that stand at an offset of the other log. In an empty log they may stand where a file begins, else behind what is here.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="fault">Why they are not taken, for a person.</param>
    public ReceiveStatus Take(long offset, ReadOnlySpan<byte> bytes, out string? fault)
    {
        lock (log.Appending)
        {
            // Not where appends are taken, either: a follower that is late with its end must not write beside them.
            if (!gate.IsOpenToMaster)
            {
                fault = gate.Explanation ?? "this broker writes its log itself";
                return ReceiveStatus.NotWritable;
            }
            if (End == 0 && log.Files.All.Count == 0 && offset > 0 && offset % log.Files.FileSize == 0)
            {
                log.PrepareAt(offset);
                _beginning = _received = offset;
            }
            if (offset != End)
            {
                fault = $"bytes of offset {offset} do not follow this log, which ends at {End}";
                return ReceiveStatus.OutOfPlace;
            }
            return Take(bytes, out fault);
        }
    }

    private ReceiveStatus Take(ReadOnlySpan<byte> bytes, out string? fault)
    {
        fault = null;
        _received = End;
        while (!bytes.IsEmpty)
        {
            if (!log.TryFileAt(_received, out var file))
            {
                fault = gate.Explanation;
                return ReceiveStatus.NotWritable;
            }
            var taken = bytes[..(int)Math.Min(bytes.Length, file.EndOffset - _received)];
            taken.CopyTo(file.Bytes(_received, taken.Length));
            bytes = bytes[taken.Length..];
            _received += taken.Length;
            if (!TryFinishRecords(file, out fault))
            {
                Forget();
                return ReceiveStatus.NotALog;
            }
        }
        return ReceiveStatus.Ok;
    }

    /// <summary>Moves the end of the log behind the records that are whole by now.</summary>
    private bool TryFinishRecords(LogFile file, out string? fault)
    {
        fault = null;
        var (end, timestamp) = (Whole, log.LastStoreTimestamp);
        while (end < _received)
        {
            var bytes = file.Bytes(end, (int)(_received - end));
            var status = MessageRecord.TryRead(bytes, out var record);
            if (status == RecordReadStatus.Ok && record.PhysicalOffset == end)
            {
                end += record.Size;
                timestamp = record.StoreTimestamp;
            }
            else if (status == RecordReadStatus.Blank && Size(bytes) == file.EndOffset - end)
            {
                if (_received < file.EndOffset)
                {
                    break;
                }
                end = file.EndOffset;
            }
            else if (status == RecordReadStatus.Incomplete && (bytes.Length < sizeof(int) || Size(bytes) <= file.EndOffset - end) && _received < file.EndOffset)
            {
                break;
            }
            else
            {
                fault = Fault(status, record, bytes, file, end);
                break;
            }
        }
        if (end > Whole)
        {
            log.MoveTo(end, timestamp);
            _beginning = -1;
        }
        return fault is null;
    }

    private static string Fault(RecordReadStatus status, in MessageRecord record, ReadOnlySpan<byte> bytes, LogFile file, long at) => status switch
    {
        RecordReadStatus.Ok => $"at offset {at} stands a record that belongs at {record.PhysicalOffset}",
        RecordReadStatus.Blank or RecordReadStatus.Incomplete =>
            $"at offset {at}, {file.EndOffset - at} bytes before a file of {file.Size} ends here, something of {(bytes.Length < sizeof(int) ? 0 : Size(bytes))} bytes begins: "
            + "mappedFileSizeCommitLog must be the same on both brokers",
        _ => $"at offset {at} stands no record: {status}",
    };

    private static int Size(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    /// <summary>What is behind the last whole record is zeroed: a start must not find it.</summary>
    private void Forget()
    {
        var end = Whole;
        if (_received > end && log.Files.Find(end) is { } file)
        {
            file.Bytes(end, (int)(Math.Min(_received, file.EndOffset) - end)).Clear();
        }
        _received = -1;
        if (_beginning >= 0)
        {
            // Who sends what is no log must not have said where this one begins.
            _beginning = -1;
            log.BeginAgain();
        }
    }
}
