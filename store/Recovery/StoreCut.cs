using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;
using RocketMQ.Store.KeyIndex;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;
using RocketMQ.Store.Timing;

namespace RocketMQ.Store.Recovery;

/// <summary>
/// Has the log of a store that is not open end earlier, and all that follows from it with it: another broker's log goes on there. It is noted in
/// <c>cut.at</c> before anything is changed, and carried out by whoever comes next if it was not: a crash leaves the old log or the new one. The store is
/// left as after a crash: the next start reads the log from the cut, or the last checkpoint before it, on.
/// </summary>
internal sealed class StoreCut(StoreOptions options, IStoreFileSystem files, TimeProvider time, ILogger logger)
{
    /// <summary>Finishes a cut that a crash came into. Before anything is read of the store.</summary>
    public void Finish()
    {
        if (!files.FileExists(options.CutPath))
        {
            return;
        }
        var text = Encoding.ASCII.GetString(files.ReadFile(options.CutPath));
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            throw new CorruptStoreException(options.CutPath, 0, "the offset that the log is to be cut at", text);
        }
        logger.LogCutGoesOn(options.StorePathRootDir, offset);
        CarryOut(offset);
    }

    /// <exception cref="CutRefusedException">No record ends or begins there, or the log does not have the offset.</exception>
    public void Run(long offset)
    {
        Finish();
        if (IsNeeded(offset))
        {
            Note(offset);
            CarryOut(offset);
        }
    }

    private LogFiles Load(long offset) => LogFiles.Load(files, LogPaths.Open(options, files), options.MappedFileSizeCommitLog, offset);

    /// <summary>Whether a record stands behind an offset, at which the log can be cut.</summary>
    private bool IsNeeded(long offset)
    {
        var log = Load(offset);
        try
        {
            if (log.All.Count == 0)
            {
                return offset == 0 ? false : throw new CutRefusedException(offset, "it is empty");
            }
            if (offset < log.All[0].BaseOffset)
            {
                throw new CutRefusedException(offset, $"it begins at {log.All[0].BaseOffset}");
            }
            CheckIsBoundary(log, offset);
            CheckIsWritable(log, offset);
            var rest = log.Find(offset);
            return (rest is not null && IsUsed(rest, offset)) || log.All.Any(file => file.BaseOffset > offset && IsUsed(file, file.BaseOffset));
        }
        finally
        {
            log.Close();
        }
    }

    private void CheckIsBoundary(LogFiles log, long offset)
    {
        var scanner = new LogScanner(log, options.CheckCRCOnRecover);
        // What comes after a checkpoint may be damaged, as after a power failure: then the log ends there, whatever stands behind.
        var from = ReplayPoint(scanner) is { } point && point <= offset ? point : (log.Find(offset) ?? log.All[^1]).BaseOffset;
        scanner.Scan(from, offset);
        if (scanner.End > offset)
        {
            var what = scanner.LastStart == scanner.LastRecord ? "the record" : "the blank end of a file";
            throw new CutRefusedException(offset, $"that is within {what} that begins at {scanner.LastStart} and ends at {scanner.End}");
        }
        if (scanner.End < offset)
        {
            throw new CutRefusedException(offset, scanner.Torn is { } torn ? $"at offset {scanner.End}, before it, stands {torn}" : $"it ends at {scanner.End}");
        }
    }

    /// <summary>Up to where all is in the queues' files for certain; null when nothing tells.</summary>
    private long? ReplayPoint(LogScanner scanner) =>
        Checkpoint.Load(files, options.CheckpointPath).Replay is { } point && scanner.IsRecord(point.LastRecordOffset, out var end) && end == point.PhysicalOffset ? end : null;

    private void CheckIsWritable(LogFiles log, long offset)
    {
        foreach (var file in log.All.Where(file => file.BaseOffset > offset))
        {
            var directory = Path.GetDirectoryName(file.Path)!;
            if (!files.IsWritable(directory))
            {
                throw new StorePathException($"The log is to be cut at offset {offset}, and this process may not delete {file.Path}, which is behind it: make {directory} writable.");
            }
        }
    }

    private static bool IsUsed(LogFile file, long offset)
    {
        if (!file.TryLease())
        {
            return false;
        }
        try
        {
            return file.Bytes(offset, (int)Math.Min(sizeof(long), file.EndOffset - offset)).ContainsAnyExcept((byte)0);
        }
        finally
        {
            file.Release();
        }
    }

    private void Note(long offset)
    {
        var temporary = options.CutPath + ".tmp";
        files.DeleteFile(temporary);
        using (var file = files.OpenFile(temporary, create: true))
        {
            file.Write(Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)), 0);
            file.Flush();
        }
        files.MoveFile(temporary, options.CutPath);
        files.FlushDirectory(options.StorePathRootDir);
    }

    /// <summary>
    /// What follows from the log comes before the log: it is only as long as that is whole that it tells what timers did behind the cut. Each step is on the
    /// disk before the next one begins, and the note goes last.
    /// </summary>
    private void CarryOut(long offset)
    {
        using (files.OpenFile(options.AbortPath, create: true))
        {
        }
        files.FlushDirectory(options.StorePathRootDir);
        var log = Load(offset);
        try
        {
            var behind = new LogScanner(log, checkCrc: false);
            behind.Scan(offset);
            new TimerCut(options, files, log).Run(offset, behind.End, ReplayPoint(behind) ?? 0, time.GetUtcNow().ToUnixTimeMilliseconds());
            MessageIndex.DeleteFrom(options, files, offset);
            CutQueues(offset);
            CutCheckpoint(log, offset);
            CutLog(log, offset);
            logger.LogCut(options.StorePathRootDir, offset, behind.End);
        }
        finally
        {
            log.Close();
        }
        files.DeleteFile(options.CutPath);
        files.FlushDirectory(options.StorePathRootDir);
    }

    private void CutQueues(long offset)
    {
        var manifest = QueueManifest.Load(files, options.ManifestPath);
        new QueueCut(options, files, manifest).Run(offset);
        manifest.EndAt(offset);
        manifest.Save();
    }

    private void CutCheckpoint(LogFiles log, long offset)
    {
        var before = new LogScanner(log, checkCrc: false);
        if (log.Find(offset - 1) is { } file)
        {
            before.Scan(file.BaseOffset, offset);
        }
        var checkpoint = Checkpoint.Load(files, options.CheckpointPath);
        checkpoint.CutAt(offset, before.End == offset ? before.LastRecord : -1, before.LastTimestamp);
        checkpoint.Save();
    }

    /// <summary>The files behind it go, the last first, and what its own has behind it: no start finds a record there again.</summary>
    private static void CutLog(LogFiles log, long offset)
    {
        log.RemoveAfter(offset);
        if (log.Find(offset) is not { } file || !file.TryLease())
        {
            return;
        }
        try
        {
            file.Mapped.Clear(offset - file.BaseOffset, file.EndOffset - offset);
            file.Mapped.Flush(offset - file.BaseOffset, file.EndOffset - offset);
        }
        finally
        {
            file.Release();
        }
    }
}
