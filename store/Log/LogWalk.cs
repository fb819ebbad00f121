using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Log;

/// <summary>Shows the records of a stretch of the log, in order, where they stand.</summary>
internal static class LogWalk
{
    /// <summary>Visits the records from one boundary to another; files deleted meanwhile are passed over. Where it got to.</summary>
    /// <exception cref="CorruptStoreException">No record stands where one is due.</exception>
    public static long Visit(LogFiles files, long from, long to, RecordVisitor visit)
    {
        while (from < to)
        {
            var file = files.Find(from);
            if (file is null || !file.TryLease())
            {
                from = files.All is [var first, ..] && first.BaseOffset > from ? first.BaseOffset : to;
                continue;
            }
            try
            {
                from = Visit(file, from, Math.Min(to, file.EndOffset), visit);
            }
            finally
            {
                file.Release();
            }
        }
        return from;
    }

    private static long Visit(LogFile file, long from, long to, RecordVisitor visit)
    {
        while (from < to)
        {
            var status = MessageRecord.TryRead(file.Bytes(from, (int)(to - from)), out var record);
            if (status == RecordReadStatus.Blank)
            {
                return file.EndOffset;
            }
            if (status != RecordReadStatus.Ok)
            {
                throw new CorruptStoreException(file.Path, from - file.BaseOffset, "a message record", status.ToString());
            }
            visit(record, from);
            from += record.Size;
        }
        return from;
    }
}
