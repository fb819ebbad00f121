using System.Globalization;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Files;
using RocketMQ.Store.KeyIndex;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Retention;

/// <summary>
/// Deletes what is old: commit log files past fileReservedTime in the hours of deleteWhen, or whenever the disk asks for it; then the parts of queues
/// and index that listed them. The file being written always stays, and so does one that is not dispatched.
/// </summary>
internal sealed class LogCleaner(
    StoreOptions options, IStoreFileSystem files, CommitLog log, LogFlusher logFlusher, Dispatcher dispatcher, QueueTable queues, QueueFlusher flusher, MessageIndex index,
    WriteGate gate, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Rounds that delete at any hour after somebody asked: Apache's number.</summary>
    private const int ManualRounds = 20;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private long _queuesCleanedTo;
    private int _manualRounds;
    private DateTimeOffset _stuckUntil;

    public DiskGuard Disk { get; } = new(options, log.Files.Paths, files);

    public void Start()
    {
        // Queues cut themselves when they are loaded: only what is deleted from now on concerns them.
        _queuesCleanedTo = log.MinOffset;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Deletes expired files at the next rounds, whatever the hour.</summary>
    public void RequestCleaning() => Volatile.Write(ref _manualRounds, ManualRounds);

    /// <summary>Follows a risen start of the log: queues and index let go of what was before it.</summary>
    public void CleanQueues()
    {
        var min = log.MinOffset;
        if (min <= Volatile.Read(ref _queuesCleanedTo))
        {
            return;
        }
        foreach (var queue in queues.All())
        {
            flusher.BetweenRounds(() => queue.CorrectMin(min));
        }
        index.DeleteBefore(min);
        Volatile.Write(ref _queuesCleanedTo, min);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.CleanResourceInterval), time);
        do
        {
            try
            {
                await RunRoundAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.RetentionFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async Task RunRoundAsync()
    {
        var need = Disk.Look(out var report);
        if (gate.Set(WriteGate.Reason.DiskOverLimit, need == DiskNeed.RefuseWrites ? report : null))
        {
            logger.DiskLimit(need == DiskNeed.RefuseWrites ? "refused" : "taken again", report);
        }
        if (IsDue(need))
        {
            await DeleteLogFilesAsync(unexpiredToo: need >= DiskNeed.CleanUnexpired && options.CleanFileForciblyEnable).ConfigureAwait(false);
        }
        CleanQueues();
    }

    private bool IsDue(DiskNeed need)
    {
        if (Volatile.Read(ref _manualRounds) > 0)
        {
            Interlocked.Decrement(ref _manualRounds);
            return true;
        }
        return need != DiskNeed.None || IsHourToDelete();
    }

    private bool IsHourToDelete()
    {
        var hour = time.GetLocalNow().Hour;
        return options.DeleteWhen.Split(';').Any(h => int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var when) && when == hour);
    }

    private async Task DeleteLogFilesAsync(bool unexpiredToo)
    {
        var deleted = 0;
        while (deleted < options.DeleteFileBatchMax && IsDeletable(unexpiredToo))
        {
            if (deleted > 0)
            {
                // The file system has to free a gigabyte at a time: it gets a moment for others in between.
                await Task.Delay(TimeSpan.FromMilliseconds(options.DeleteCommitLogFilesInterval), time, _stopping.Token).ConfigureAwait(false);
            }

            // The flusher goes on from the first byte that is not on the disk, and finds its file by name.
            if (await logFlusher.WaitAsync(log.Files.All[0].EndOffset).ConfigureAwait(false) != FlushResult.Ok || !TryRemoveFirst())
            {
                break;
            }
            deleted++;
        }
        if (deleted > 0)
        {
            logger.LogFilesDeleted(deleted, unexpiredToo ? "the disk is filling" : "expired", log.MinOffset);
        }
    }

    private bool IsDeletable(bool unexpiredToo) =>
        log.Files.All is [var first, _, ..] && first.EndOffset <= dispatcher.Position && time.GetUtcNow() >= _stuckUntil
        && (unexpiredToo || files.LastWriteTime(first.Path).AddHours(options.FileReservedTime) < time.GetUtcNow());

    private bool TryRemoveFirst()
    {
        try
        {
            log.Files.RemoveFirst();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _stuckUntil = time.GetUtcNow().AddMilliseconds(options.RedeleteHangedFileInterval);
            logger.LogFileStuck(log.Files.All[0].Path, options.RedeleteHangedFileInterval / 1000, e);
            return false;
        }
    }
}
