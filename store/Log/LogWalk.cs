using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Log;

/// <summary>Shows the records of a stretch of the log, in order, where they stand.</summary>
internal static class LogWalk
{
    /// <summary>Visits the records from one boundary to another, or until the visitor has seen enough; files deleted meanwhile are passed over. Where it got to.</summary>
    /// <exception cref="CorruptStoreException">No record stands where one is due.</exception>
    public static long Visit(LogFiles files, long from, long to, RecordVisitor visit) => Visit(files, from, to, visit, skipped: null);

    /// <summary>Visits the records there are, and passes over what is none: a record names its own place, so that the next one is found.</summary>
    /// <param name="files">The log's.</param>
    /// <param name="from">A boundary.</param>
    /// <param name="to">Another.</param>
    /// <param name="visit">Sees them.</param>
    /// <param name="skipped">Told of what is passed over: its bounds.</param>
    public static long VisitReadable(LogFiles files, long from, long to, RecordVisitor visit, Action<long, long> skipped) =>
        Visit(files, from, to, visit, skipped);

    /// <summary>The last place not beyond an offset where a record ends or begins; −1 when the log does not have the offset.</summary>
    /// <param name="files">The log's.</param>
    /// <param name="offset">Anywhere.</param>
    /// <param name="end">Where the log ends.</param>
    public static long BoundaryAtOrBefore(LogFiles files, long offset, long end)
    {
        if (offset == end)
        {
            return end;
        }
        if (offset > end || files.Find(offset) is not { } file || !file.TryLease())
        {
            return -1;
        }
        try
        {
            var at = file.BaseOffset;
            for (var next = at; next <= offset;)
            {
                at = next;
                next = MessageRecord.TryRead(file.Bytes(at, (int)(Math.Min(end, file.EndOffset) - at)), out var record) switch
                {
                    RecordReadStatus.Ok => at + record.Size,
                    RecordReadStatus.Blank => file.EndOffset,
                    _ => long.MaxValue,
                };
            }
            return at;
        }
        finally
        {
            file.Release();
        }
    }

    private static long Visit(LogFiles files, long from, long to, RecordVisitor visit, Action<long, long>? skipped)
    {
        for (var goesOn = true; goesOn && from < to;)
        {
            var file = files.Find(from);
            if (file is null || !file.TryLease())
            {
                from = files.All is [var first, ..] && first.BaseOffset > from ? first.BaseOffset : to;
                continue;
            }
            try
            {
                from = Visit(file, from, Math.Min(to, file.EndOffset), visit, skipped, out goesOn);
            }
            finally
            {
                file.Release();
            }
        }
        return from;
    }

    private static long Visit(LogFile file, long from, long to, RecordVisitor visit, Action<long, long>? skipped, out bool goesOn)
    {
        goesOn = true;
        while (goesOn && from < to)
        {
            var status = MessageRecord.TryRead(file.Bytes(from, (int)(to - from)), out var record);
            if (status == RecordReadStatus.Blank)
            {
                return file.EndOffset;
            }
            if (skipped is not null && (status != RecordReadStatus.Ok || record.PhysicalOffset != from))
            {
                var next = NextRecord(file, from + 1, to);
                skipped(from, next);
                from = next;
                continue;
            }
            if (status != RecordReadStatus.Ok)
            {
                throw new CorruptStoreException(file.Path, from - file.BaseOffset, "a message record", status.ToString());
            }
            goesOn = visit(record, from);
            from += record.Size;
        }
        return from;
    }

    private static long NextRecord(LogFile file, long from, long to)
    {
        for (; from < to; from++)
        {
            if (MessageRecord.TryRead(file.Bytes(from, (int)(to - from)), out var record) == RecordReadStatus.Ok && record.PhysicalOffset == from)
            {
                return from;
            }
        }
        return to;
    }
}
