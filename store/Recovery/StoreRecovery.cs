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
internal sealed class StoreRecovery(
    StoreOptions options, LogFiles files, QueueTable queues, Checkpoint checkpoint, QueueManifest manifest, bool isClean, ILogger logger)
{
    /// <summary>
    /// A log up to this size that no checkpoint of ours belongs to is read once from its beginning, and every queue checked against it; of a larger
    /// one the queues are trusted.
    /// </summary>
    private const long MaxVerifiedBytes = 1L << 30;

    /// <summary>Result: the log's end.</summary>
    public long End { get; private set; }

    public long LastTimestamp { get; private set; }

    /// <summary>Result: where dispatch starts, and the record before it if one is known.</summary>
    public ReplayPoint Replay { get; private set; }

    /// <summary>Result: whether queues have to be checked against the records before <see cref="Replay"/>, and which; all when empty.</summary>
    public bool NeedsRepair { get; private set; }

    public IReadOnlyList<(string Topic, int QueueId)> Suspects { get; private set; } = [];

    public void Run()
    {
        queues.IsClean = isClean;
        foreach (var topic in manifest.Deleted())
        {
            queues.FinishDeletion(topic);
        }
        Suspects = queues.DeleteMiskept();
        if (files.All.Count == 0)
        {
            // Queues without a log list nothing.
            queues.DeleteAll();
            manifest.Clear();
            Replay = new(0, -1);
            return;
        }
        var scanner = new LogScanner(files, options.CheckCRCOnRecover);
        var start = FindStart(scanner);
        scanner.Scan(start.PhysicalOffset);
        End = scanner.End;
        manifest.EndAt(End);
        LastTimestamp = scanner.LastRecord >= 0 ? scanner.LastTimestamp : scanner.TimestampAt(start.LastRecordOffset);
        Replay = start;
        queues.RecoveredTo = start.PhysicalOffset;
        PutAsideWhatFollows(scanner);
        ClearAfterEnd(scanner.Torn);
        FindSuspects();
    }

    private void FindSuspects()
    {
        if (checkpoint.Replay is null && Replay.PhysicalOffset - files.All[0].BaseOffset <= MaxVerifiedBytes)
        {
            Suspects = [];
            NeedsRepair = true;
            return;
        }
        var incomplete = manifest.Entries.Where(e => e.Count > 0 && !queues.HasFiles(e.Topic, e.QueueId, e.Count)).Select(e => (e.Topic, e.QueueId));
        Suspects = [.. Suspects.Union(incomplete)];
        NeedsRepair = Suspects.Count > 0;
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

    /// <summary>
    /// Records may follow the log's end when pages reached the disk out of order before a power failure. Those were never promised to be there, if
    /// they were stored within a flush interval of the end; they are put aside. Anything else is damage, and refused.
    /// </summary>
    private void PutAsideWhatFollows(LogScanner scanner)
    {
        var later = files.All.Where(f => f.BaseOffset > End && scanner.IsRecord(f.BaseOffset, out _)).ToList();
        if (later.Count == 0)
        {
            return;
        }
        var file = files.Find(End)!;
        var windowMs = 2L * options.FlushCommitLogThoroughInterval + 10_000;
        if (isClean || scanner.TimestampAt(later[^1].BaseOffset) - LastTimestamp > windowMs)
        {
            throw new CorruptStoreException(
                file.Path, End - file.BaseOffset, $"a message record: {later[0].Path} holds later ones", scanner.Torn ?? "zeros");
        }
        var aside = Path.Combine(options.StorePathRootDir, "cut");
        logger.TailPutAside(End, file.Path, aside);
        files.CopyTo(aside, file, End);
        foreach (var following in later)
        {
            files.CopyTo(aside, following, following.BaseOffset);
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
                file.Mapped.Flush(End - file.BaseOffset, rest.Length);
            }
        }
        finally
        {
            file.Release();
        }
    }
}
