using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Recovery;

/// <summary>
/// Finds where a log ends and from where its records have to be dispatched again. The cost is what was written since the last checkpoint:
/// the checkpoint's replay point is where both begin. A store Apache wrote has none; there the queues' ends or, after a crash, the first record
/// of a file old enough for the checkpoint's timestamps tell.
/// </summary>
internal sealed class StoreRecovery(StoreOptions options, LogFiles files, QueueTable queues, Checkpoint checkpoint, bool isClean, ILogger logger)
{
    /// <summary>Result: the log's end.</summary>
    public long End { get; private set; }

    public long LastTimestamp { get; private set; }

    /// <summary>Result: where dispatch starts, and the record before it if one is known.</summary>
    public ReplayPoint Replay { get; private set; }

    public void Run()
    {
        queues.IsClean = isClean;
        if (files.All.Count == 0)
        {
            // Queues without a log list nothing.
            queues.DeleteAll();
            Replay = new(0, -1);
            return;
        }
        var scanner = new LogScanner(files, options.CheckCRCOnRecover);
        var start = FindStart(scanner);
        scanner.Scan(start.PhysicalOffset);
        End = scanner.End;
        LastTimestamp = scanner.LastRecord >= 0 ? scanner.LastTimestamp : scanner.TimestampAt(start.LastRecordOffset);
        Replay = start;
        queues.RecoveredTo = start.PhysicalOffset;
        CheckNothingFollows(scanner);
        ClearAfterEnd(scanner.Torn);
    }

    private ReplayPoint FindStart(LogScanner scanner)
    {
        var first = new ReplayPoint(files.All[0].BaseOffset, -1);
        if (checkpoint.Replay is { } point && scanner.IsRecord(point.LastRecordOffset, out var end) && end == point.PhysicalOffset)
        {
            return point;
        }
        return isClean ? FromQueues(scanner) ?? first : FromTimestamps() ?? first;
    }

    /// <summary>After a clean stop every record is in its queue: the newest one that any queue lists is the log's last but for halves of transactions.</summary>
    private ReplayPoint? FromQueues(LogScanner scanner)
    {
        queues.RecoveredTo = files.All[^1].EndOffset;
        ReplayPoint? newest = null;
        foreach (var queue in queues.All())
        {
            if (queue.MaxPhysicalOffset > (newest?.PhysicalOffset ?? -1) && queue.TryRead(queue.MaxOffset - 1, out var unit))
            {
                newest = new(unit.EndOffset, unit.PhysicalOffset);
            }
        }
        queues.Forget();
        return newest is { } point && scanner.IsRecord(point.LastRecordOffset, out var end) ? point with { PhysicalOffset = end } : null;
    }

    /// <summary>The newest file whose first record is older than what the checkpoint says is on the disk.</summary>
    private ReplayPoint? FromTimestamps()
    {
        for (var i = files.All.Count - 1; i >= 0; i--)
        {
            var file = files.All[i];
            if (!file.TryLease())
            {
                continue;
            }
            var status = MessageRecord.TryRead(file.Bytes(file.BaseOffset, (int)file.Size), out var record);
            var isOld = status == RecordReadStatus.Ok && record.StoreTimestamp > 0 && record.StoreTimestamp <= checkpoint.SafeTimestamp;
            file.Release();
            if (isOld)
            {
                return new(file.BaseOffset, -1);
            }
        }
        return null;
    }

    /// <summary>A log may end anywhere in its last file, not in one that others follow.</summary>
    private void CheckNothingFollows(LogScanner scanner)
    {
        foreach (var later in files.All.Where(f => f.BaseOffset > End))
        {
            if (scanner.IsRecord(later.BaseOffset, out _))
            {
                var file = files.Find(End)!;
                throw new CorruptStoreException(
                    file.Path, End - file.BaseOffset, $"a message record: {later.Path} holds later ones", scanner.Torn ?? "zeros");
            }
        }
    }

    private void ClearAfterEnd(string? torn)
    {
        if (files.Find(End) is not { } file || !file.TryLease())
        {
            return;
        }
        try
        {
            var rest = file.Bytes(End, (int)(file.EndOffset - End));
            var looked = isClean ? Math.Min(rest.Length, 64 * 1024) : rest.Length;
            if (torn is not null)
            {
                logger.TornTail(End, torn);
            }
            if (torn is not null || !isClean || rest[..looked].ContainsAnyExcept((byte)0))
            {
                file.Mapped.Clear(End - file.BaseOffset, rest.Length);
            }
        }
        finally
        {
            file.Release();
        }
    }
}
