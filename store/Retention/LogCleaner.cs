using System.Globalization;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;
using RocketMQ.Store.KeyIndex;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Retention;

/// <summary>
/// Deletes what is old: commit log files past fileReservedTime in the hours of deleteWhen, or whenever the disk asks for it; then the parts of queues
/// and index that listed them. The file being written always stays.
/// </summary>
internal sealed class LogCleaner(
    StoreOptions options, IStoreFileSystem files, CommitLog log, QueueTable queues, QueueFlusher flusher, MessageIndex index, WriteGate gate,
    TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int ManualRounds = 20;

    private readonly DiskGuard _disk = new(options, files);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private long _queuesCleanedTo;
    private int _manualRounds;

    public DiskGuard Disk => _disk;

    public void Start()
    {
        // Queues cut themselves when they are loaded: only what is deleted from now on concerns them.
        _queuesCleanedTo = log.MinOffset;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Deletes expired files at the next rounds, whatever the hour.</summary>
    public void RequestCleaning() => Volatile.Write(ref _manualRounds, ManualRounds);

    /// <summary>One round: looks at the disk, deletes what is due. How many commit log files went.</summary>
    public int Round()
    {
        var need = _disk.Look();
        if (gate.Set(WriteGate.Reason.DiskOverLimit, need == DiskNeed.RefuseWrites))
        {
            logger.DiskLimit(need == DiskNeed.RefuseWrites ? "refused" : "taken again", Math.Max(_disk.LogRatio, _disk.QueuesRatio), options.DiskSpaceWarningLevelRatio);
        }
        var isManual = Volatile.Read(ref _manualRounds) > 0;
        if (isManual)
        {
            _manualRounds--;
        }
        var deleted = need == DiskNeed.None && !isManual && !IsHourToDelete() ? 0
            : DeleteLogFiles(unexpiredToo: need >= DiskNeed.CleanUnexpired && options.CleanFileForciblyEnable);
        CleanQueues();
        return deleted;
    }

    /// <summary>Drops the queues of topics that are no longer wanted.</summary>
    public int DeleteUnusedTopics(IReadOnlySet<string> wanted, Action<string> delete)
    {
        var unused = queues.Topics().Where(t => !wanted.Contains(t)).ToList();
        unused.ForEach(delete);
        return unused.Count;
    }

    /// <summary>Follows a risen start of the log: queues and index let go of what was before it.</summary>
    public void CleanQueues()
    {
        var min = log.MinOffset;
        if (min <= _queuesCleanedTo)
        {
            return;
        }
        _queuesCleanedTo = min;
        foreach (var queue in queues.All())
        {
            flusher.BetweenRounds(() => queue.CorrectMin(min));
        }
        index.DeleteBefore(min);
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
                Round();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.RetentionFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    private bool IsHourToDelete()
    {
        var hour = time.GetLocalNow().Hour;
        return options.DeleteWhen.Split(';').Any(h => int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var when) && when == hour);
    }

    private int DeleteLogFiles(bool unexpiredToo)
    {
        var all = log.Files.All;
        var now = time.GetUtcNow();
        var count = 0;
        // The last stays, and so does any file the writer has not left.
        while (count < Math.Min(all.Count - 1, options.DeleteFileBatchMax) && all[count].EndOffset <= log.WriteOffset
            && (unexpiredToo || files.LastWriteTime(all[count].Path).AddHours(options.FileReservedTime) < now))
        {
            count++;
        }
        if (count > 0)
        {
            log.Files.RemoveFirst(count);
            logger.LogFilesDeleted(count, log.MinOffset, unexpiredToo ? "the disk is filling" : "they expired");
        }
        return count;
    }
}
