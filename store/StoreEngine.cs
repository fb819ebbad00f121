using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Files;
using RocketMQ.Store.KeyIndex;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;
using RocketMQ.Store.Reading;
using RocketMQ.Store.Recovery;
using RocketMQ.Store.Retention;

namespace RocketMQ.Store;

/// <summary>The parts of a store, wired together: how they come up, what they tell each other, how they go down.</summary>
internal sealed class StoreEngine : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly ILogger _logger;
    private readonly Checkpoint _checkpoint;
    private readonly QueueManifest _manifest;
    private readonly LogFileMaker _maker;
    private readonly QueueBuilder _repairer;
    private bool _isStarted;

    public StoreEngine(StoreOptions options, IStoreFileSystem files, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = files;
        _logger = logger;
        _checkpoint = Checkpoint.Load(files, options.CheckpointPath);
        _manifest = QueueManifest.Load(files, options.ManifestPath);
        var logFiles = LogFiles.Load(files, options.CommitLogPath, options.MappedFileSizeCommitLog);
        _maker = new LogFileMaker(logFiles, Gate, time, logger);
        Log = new CommitLog(options, logFiles, _maker, Gate, time);
        LogFlusher = new LogFlusher(options, Log, Gate, time, logger);
        QueueFlusher = new QueueFlusher(options, files, Gate, time, logger);
        Queues = new QueueTable(options, files, QueueFlusher, logger);
        var delays = DelayLevels.Parse(options.MessageDelayLevel);
        HasLightQueues = options.EnableLmq && options.EnableMultiDispatch;
        Dispatcher = new Dispatcher(Log, new QueueBuilder(Queues, delays), Gate, logger);
        _repairer = new QueueBuilder(Queues, delays, HasLightQueues);
        if (HasLightQueues)
        {
            Dispatcher.Add(new LightQueueDispatcher(Queues, Dispatcher.Announce));
        }
        Index = new MessageIndex(options, files, Log, time, logger);
        Reader = new QueueReader(options, Log, logger);
        Cleaner = new LogCleaner(options, files, Log, LogFlusher, Dispatcher, Queues, QueueFlusher, Index, Gate, time, logger);
        Wire();
    }

    public WriteGate Gate { get; } = new();

    public CommitLog Log { get; }

    public LogFlusher LogFlusher { get; }

    public QueueTable Queues { get; }

    public QueueFlusher QueueFlusher { get; }

    public Dispatcher Dispatcher { get; }

    public QueueReader Reader { get; }

    public MessageIndex Index { get; }

    public LogCleaner Cleaner { get; }

    /// <summary>Whether messages may name further queues to stand in.</summary>
    public bool HasLightQueues { get; }

    /// <summary>Finds where the log ends and brings queues and index up to it. How many bytes had to be dispatched again.</summary>
    public long Recover(bool isClean)
    {
        var recovery = new StoreRecovery(_options, Log.Files, Queues, _checkpoint, _manifest, isClean, _logger);
        recovery.Run();
        Log.OpenAt(recovery.End, recovery.LastTimestamp);
        Reader.OpenedAt = recovery.End;
        LogFlusher.OpenAt(recovery.Replay.PhysicalOffset);
        Index.Load(isClean, _checkpoint.IndexTimestamp);
        QueueFlusher.Start();
        if (recovery.NeedsRepair)
        {
            Repair(recovery.Suspects);
        }
        Dispatcher.StartAt(recovery.Replay);
        Dispatcher.Run();
        foreach (var queue in Queues.Known.SelectMany(topic => topic.Known))
        {
            queue.NextAppendOffset = queue.MaxOffset;
        }
        LogFlusher.FlushNow();
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            Dispatcher.Limit = () => LogFlusher.FlushedOffset;
        }
        return recovery.End - recovery.Replay.PhysicalOffset;
    }

    public void Start()
    {
        using (var abort = _files.OpenFile(_options.AbortPath, create: true))
        {
            abort.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        }
        _isStarted = true;
        _maker.Start();
        LogFlusher.Start();
        Cleaner.Start();
        Gate.Set(WriteGate.Reason.NotStarted, null);
    }

    /// <summary>After an append: has it flushed some time, and dispatched now.</summary>
    public void OnAppended()
    {
        LogFlusher.OnAppended();
        Dispatcher.Run();
    }

    public void DeleteTopic(string topic)
    {
        QueueFlusher.BetweenRounds(() =>
        {
            Queues.Delete(topic);
            _manifest.Remove(topic);
            return true;
        });
        // A start after a crash must not find the topic's records once more behind the point it resumes at.
        QueueFlusher.Flush(sync: true);
    }

    /// <summary>Stops in the order of the data: appends, log, queues, index, checkpoint. The abort file goes only if all of it reached the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        Gate.Set(WriteGate.Reason.Stopped, "it is stopping");
        await Cleaner.DisposeAsync().ConfigureAwait(false);
        Log.Settle();
        _maker.Stop();
        LogFlusher.Stop();
        Dispatcher.Run();
        QueueFlusher.Stop();
        Index.CatchUp();
        var isSaved = QueueFlusher.Flush(sync: false) && QueueFlusher.Flush(sync: true) && !Gate.HasFailed;
        Index.Dispose();
        Log.Files.Close();
        Queues.Dispose();
        if (_isStarted && isSaved)
        {
            _files.DeleteFile(_options.AbortPath);
        }
        LogFlusher.Dispose();
        QueueFlusher.Dispose();
        _maker.Dispose();
        _logger.StoreStopped(_options.StorePathRootDir, Log.WriteOffset);
    }

    private void Wire()
    {
        LogFlusher.Flushed = timestamp =>
        {
            _checkpoint.LogTimestamp = Math.Max(_checkpoint.LogTimestamp, timestamp);
            Dispatcher.Run();
        };
        Queues.PhysicalMin = () => Log.MinOffset;
        Queues.ExpectedCount = _manifest.CountOf;
        Queues.Damaged = OnQueueDamaged;
        QueueFlusher.Syncing = queue => _manifest.Set(queue.TopicName, queue.QueueId, queue.MaxOffset);
        QueueFlusher.Dispatched = () => Dispatcher.Point;
        QueueFlusher.Synced = OnQueuesSynced;
        QueueFlusher.RoundEnded = Index.CatchUp;
        Index.Limit = () => Dispatcher.Position;
    }

    /// <summary>
    /// The queues are on the disk up to a point: once the log is too, a start after a crash may resume there. On the writer's thread, which may wait.
    /// The list of queues is saved last: an older one only says less.
    /// </summary>
    private void OnQueuesSynced(ReplayPoint? point)
    {
        if (point is { } reached && LogFlusher.WaitAsync(reached.PhysicalOffset).AsTask().GetAwaiter().GetResult() == FlushResult.Ok)
        {
            _checkpoint.Replay = reached;
            _checkpoint.QueuesTimestamp = Math.Max(_checkpoint.QueuesTimestamp, Log.StoreTimestampAt(reached.LastRecordOffset));
        }
        _checkpoint.IndexTimestamp = Math.Max(_checkpoint.IndexTimestamp, Index.Flush());
        _checkpoint.Save();
        _manifest.Save();
    }

    /// <summary>Checks queues, all when none are named, against every record before the replay point.</summary>
    private void Repair(IReadOnlyList<(string Topic, int QueueId)> suspects)
    {
        Queues.AreSuspect = true;
        foreach (var (topic, queueId) in suspects)
        {
            _ = Queues.Find(topic)?[queueId];
        }
        Queues.AreSuspect = suspects.Count == 0;
        _logger.QueuesChecked(Log.MinOffset, Queues.RecoveredTo);
        LogWalk.Visit(Log.Files, Log.MinOffset, Queues.RecoveredTo, _repairer.Repair);
        Queues.AreSuspect = false;
        foreach (var queue in Queues.Known.SelectMany(topic => topic.Known))
        {
            queue.IsSuspect = false;
        }
    }

    /// <summary>A queue turns out to have lost units when it is first used: they are in the log.</summary>
    private void OnQueueDamaged(ConsumeQueue queue)
    {
        _logger.QueueDamaged(queue.TopicName, queue.QueueId, queue.MaxOffset, _manifest.CountOf(queue.TopicName, queue.QueueId));
        if (!queue.IsSuspect)
        {
            LogWalk.Visit(Log.Files, Log.MinOffset, Queues.RecoveredTo, (in record, offset) => _repairer.RepairIn(queue, record, offset));
            queue.NextAppendOffset = queue.MaxOffset;
        }
    }
}
