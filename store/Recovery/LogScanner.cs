using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Recovery;

/// <summary>Walks the log's records from a boundary to where they end.</summary>
internal sealed class LogScanner(LogFiles files, bool checkCrc)
{
    /// <summary>Where the last good record ends.</summary>
    public long End { get; private set; }

    /// <summary>Start of the last good record; −1 when there was none.</summary>
    public long LastRecord { get; private set; } = -1;

    public long LastTimestamp { get; private set; }

    /// <summary>Start of the record, or of the blank end of a file, that ends at <see cref="End"/>; −1 when there was none.</summary>
    public long LastStart { get; private set; } = -1;

    /// <summary>What ended the walk; null when it was space never written.</summary>
    public string? Torn { get; private set; }

    /// <param name="from">A boundary.</param>
    /// <param name="until">The walk ends here, or at the first boundary behind it.</param>
    public void Scan(long from, long until = long.MaxValue)
    {
        End = from;
        while (End < until && files.Find(End) is { } file && file.TryLease())
        {
            try
            {
                if (!ScanFile(file, until))
                {
                    return;
                }
            }
            finally
            {
                file.Release();
            }
        }
    }

    /// <summary>Whether a good record starts at an offset; where it ends.</summary>
    public bool IsRecord(long offset, out long end)
    {
        end = -1;
        if (files.Find(offset) is not { } file || !file.TryLease())
        {
            return false;
        }
        try
        {
            if (Check(file, offset, out var record) is not null || record.Size == 0)
            {
                return false;
            }
            end = offset + record.Size;
            var status = MessageRecord.TryRead(file.Bytes(end, (int)(file.EndOffset - end)), out _);
            if (status == RecordReadStatus.Blank)
            {
                end = file.EndOffset;
            }
            return true;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Store timestamp of the record at an offset; 0 when there is none.</summary>
    public long TimestampAt(long offset)
    {
        if (files.Find(offset) is not { } file || !file.TryLease())
        {
            return 0;
        }
        try
        {
            return Check(file, offset, out var record) is null && record.Size > 0 ? record.StoreTimestamp : 0;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>True when the file is used to its end, or as far as is asked.</summary>
    private bool ScanFile(LogFile file, long until)
    {
        while (End < Math.Min(until, file.EndOffset))
        {
            var fault = Check(file, End, out var record);
            if (fault is not null)
            {
                Torn = fault;
                return false;
            }
            if (record.Size == 0)
            {
                return false;
            }
            LastStart = End;
            if (record.Size == -1)
            {
                End = file.EndOffset;
                return true;
            }
            LastRecord = End;
            LastTimestamp = record.StoreTimestamp;
            End += record.Size;
        }
        return true;
    }

    /// <summary>
    /// What is wrong at an offset; null when a record (its size), a blank (−1) or unwritten space (0) stands there.
    /// </summary>
    private string? Check(LogFile file, long offset, out (int Size, long StoreTimestamp) found)
    {
        found = default;
        var bytes = file.Bytes(offset, (int)(file.EndOffset - offset));
        var status = MessageRecord.TryRead(bytes, out var record);
        if (status == RecordReadStatus.Blank)
        {
            found.Size = -1;
            return null;
        }
        if (status != RecordReadStatus.Ok)
        {
            return bytes[..Math.Min(8, bytes.Length)].ContainsAnyExcept((byte)0) ? status.ToString() : null;
        }
        if (record.PhysicalOffset != offset)
        {
            return $"a record that belongs at offset {record.PhysicalOffset}";
        }
        if (checkCrc && !record.IsBodyIntact)
        {
            return "a record whose body does not match its CRC";
        }
        // Properties are text: a record that ends in zero lost its last page.
        if (!record.Properties.IsEmpty && record.Properties[^1] == 0)
        {
            return "a record without its end";
        }
        found = (record.Size, record.StoreTimestamp);
        return null;
    }
}
