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
using RocketMQ.Store.Replication;
using RocketMQ.Store.Retention;

namespace RocketMQ.Store;

/// <summary>The parts of a store, wired together: how they come up, what they tell each other, how they go down.</summary>
internal sealed class StoreEngine : IStoreParts, IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly ILogger _logger;
    private readonly Checkpoint _checkpoint;
    private readonly QueueManifest _manifest;
    private readonly LogFileMaker _maker;
    private readonly QueueBuilder _repairer;
    private readonly QueueBuilder _renewer;
    private bool _isStarted;

    public StoreEngine(
        StoreOptions options, StoreTopics topics, IStoreFileSystem files, TimeProvider time, ILogger logger, Func<string, QueueType?> typeOf)
    {
        _options = options;
        _files = files;
        _logger = logger;
        _checkpoint = Checkpoint.Load(files, options.CheckpointPath);
        _manifest = QueueManifest.Load(files, options.ManifestPath);
        var logFiles = LogFiles.Load(files, LogPaths.Open(options, files), options.MappedFileSizeCommitLog);
        _maker = new LogFileMaker(logFiles, Gate, time, logger);
        Log = new CommitLog(options, topics, logFiles, _maker, Gate, time);
        Received = new ReceivedLog(Log, Gate);
        LogFlusher = new LogFlusher(options, Log, Gate, this, time, logger);
        QueueFlusher = new QueueFlusher(options, files, Gate, this, time, logger);
        Queues = new QueueTable(options, files, _manifest, typeOf, QueueFlusher, Log, this, topics, logger);
        var delays = DelayLevels.Parse(options.MessageDelayLevel);
        HasLightQueues = options.EnableLmq && options.EnableMultiDispatch;
        Dispatcher = new Dispatcher(options, Log, LogFlusher, new QueueBuilder(Queues, delays, HasLightQueues), Gate, this, logger);
        _repairer = new QueueBuilder(Queues, delays, HasLightQueues);
        _renewer = new QueueBuilder(Queues, delays, HasLightQueues);
        Mender = new QueueMender(Log, _repairer, logger);
        Index = new MessageIndex(options, files, Log, Dispatcher, time, logger);
        Reader = new QueueReader(options, Log, logger);
        Cleaner = new LogCleaner(options, files, Log, LogFlusher, Dispatcher, Queues, QueueFlusher, Index, Gate, time, logger);
    }

    /// <summary>After an append.</summary>
    public event Action? LogGrew;

    public WriteGate Gate { get; } = new();

    public CommitLog Log { get; }

    public ReceivedLog Received { get; }

    public LogFlusher LogFlusher { get; }

    public QueueTable Queues { get; }

    public QueueFlusher QueueFlusher { get; }

    public Dispatcher Dispatcher { get; }

    public QueueReader Reader { get; }

    public MessageIndex Index { get; }

    public LogCleaner Cleaner { get; }

    public QueueMender Mender { get; }

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
        Dispatcher.RunToEnd();
        foreach (var queue in Queues.Known.SelectMany(topic => topic.Known))
        {
            queue.NextAppendOffset = queue.MaxOffset;
        }
        LogFlusher.FlushNow();
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            Dispatcher.FollowFlushes();
        }
        return recovery.End - recovery.Replay.PhysicalOffset;
    }

    public void Start()
    {
        using (var abort = _files.OpenFile(_options.AbortPath, create: true))
        {
            abort.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        }
        foreach (var path in Log.Files.Paths.Writable)
        {
            _files.FlushDirectory(path);
        }
        _files.FlushDirectory(_options.StorePathRootDir);
        if (Path.GetDirectoryName(Path.GetFullPath(_options.StorePathRootDir)) is { } parent)
        {
            _files.FlushDirectory(parent);
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
        LogGrew?.Invoke();
        Dispatcher.Run();
    }

    /// <summary>This broker writes the log from here on: all that others wrote is listed first, and nothing of an unfinished record is left.</summary>
    public async Task TakeOverAsync()
    {
        Received.DropUnfinished();
        Dispatcher.ListUpTo(long.MaxValue);
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            while (await LogFlusher.WaitAsync(Log.WriteOffset).ConfigureAwait(false) == FlushResult.Timeout)
            {
                // A slow disk: what is not on it is not listed.
            }
        }
        await Task.Run(Dispatcher.RunToEnd).ConfigureAwait(false);
        Gate.Set(WriteGate.Reason.NotMaster, null);
    }

    /// <summary>A queue, if anything was ever appended to it.</summary>
    public ConsumeQueue? FindQueue(string topic, int queueId) => Queues.FindExisting(topic, queueId);

    /// <summary>The light queues a message names; see <see cref="LightQueues.TryFind"/>.</summary>
    public AppendStatus TryFindLightQueues(ReadOnlySpan<byte> properties, out List<ConsumeQueue?> queues) =>
        LightQueues.TryFind(properties, Queues, _options.MaxLmqConsumeQueueNum, out queues);

    /// <summary>
    /// Ends a topic's life. The deletion has a place among the appends: records before it are never listed again, whenever the log is read; those after it
    /// find new queues, which nothing of the old ones can get into: they are noted as another life's on the disk before the old files go.
    /// </summary>
    public void DeleteTopic(string topic) => QueueFlusher.BetweenRounds(() =>
    {
        if (!Queues.Exists(topic))
        {
            return false;
        }
        _logger.TopicDeleted(topic, Renew(topic, static end => end));
        return true;
    });

    /// <summary>Has a topic's queues begin anew. Where, which is also noted: nothing before it is theirs.</summary>
    private long Renew(string topic, Func<long, long> place)
    {
        var (dropped, bornAt) = Log.BetweenAppends(end => (Queues.Renew(topic, place(end)), place(end)));
        _manifest.Delete(topic, bornAt);
        _manifest.Save();
        Queues.DeleteFiles(topic, dropped);
        return bornAt;
    }

    /// <summary>Stops in the order of the data: appends, log, queues, index, checkpoint. The abort file goes only if all of it reached the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        Gate.Set(WriteGate.Reason.Stopped, "it is stopping");
        await Cleaner.DisposeAsync().ConfigureAwait(false);
        Log.Settle();
        _maker.Stop();
        LogFlusher.Stop();
        Dispatcher.RunToEnd();
        QueueFlusher.Stop();
        Index.CatchUp();
        var isSaved = QueueFlusher.Flush(sync: false) && QueueFlusher.Flush(sync: true) && !QueueFlusher.HasSetAside && !Gate.HasFailed;
        Index.Dispose();
        Log.Files.Close();
        Queues.Dispose();
        if (_isStarted && isSaved)
        {
            _files.DeleteFile(_options.AbortPath);
            _files.FlushDirectory(_options.StorePathRootDir);
        }
        LogFlusher.Dispose();
        QueueFlusher.Dispose();
        _maker.Dispose();
        _logger.StoreStopped(_options.StorePathRootDir, Log.WriteOffset);
    }

    void IStoreParts.RenewTopic(string topic, long oldEnd, long dispatchedTo) => QueueFlusher.BetweenRounds(() =>
    {
        for (var bornAt = oldEnd; bornAt >= 0; bornAt = _renewer.PutAll(Log.Files, topic, bornAt, dispatchedTo))
        {
            _checkpoint.Rewind();
            Renew(topic, _ => bornAt);
            _logger.TopicBeganAnew(topic, bornAt);
        }
        return true;
    });

    ReplayPoint? IStoreParts.Dispatched => Dispatcher.Point;

    long IStoreParts.DispatchedTo => Dispatcher.Position;

    void IStoreParts.OnLogFlushed(long timestamp)
    {
        _checkpoint.LogTimestamp = Math.Max(_checkpoint.LogTimestamp, timestamp);
        Dispatcher.Run();
    }

    void IStoreParts.OnQueueSyncing(ConsumeQueue queue) => _manifest.Set(queue.TopicName, queue.QueueId, queue.EndIndex);

    void IStoreParts.OnQueueSetAside(ConsumeQueue queue, string? why) => Queues.SetAside(queue.TopicName, queue.QueueId, why);

    void IStoreParts.OnQueueRoundEnded() => Index.CatchUp();

    /// <summary>
    /// The queues are on the disk up to a point: once the log is too, a start after a crash may resume there. On the writer's thread, which may wait.
    /// The list of queues is saved last: an older one only says less.
    /// </summary>
    void IStoreParts.OnQueuesSynced(ReplayPoint? point)
    {
        if (point is { } reached && LogFlusher.WaitAsync(reached.PhysicalOffset).AsTask().GetAwaiter().GetResult() == FlushResult.Ok)
        {
            _checkpoint.Replay = reached;
            _checkpoint.QueuesTimestamp = Math.Max(_checkpoint.QueuesTimestamp, Log.StoreTimestampAt(reached.LastRecordOffset));
        }
        _checkpoint.IndexTimestamp = Math.Max(_checkpoint.IndexTimestamp, Index.Flush());
        _checkpoint.Save();
        _manifest.ForgetBefore(Log.MinOffset);
        _manifest.Save();
    }

    /// <summary>Checks queues, all when none are named, against every record before the replay point.</summary>
    private void Repair(IReadOnlyList<(string Topic, int QueueId)> suspects)
    {
        Queues.AreSuspect = true;
        foreach (var (topic, queueId) in suspects)
        {
            _ = Queues.Find(topic) is { } queues ? Queues.TryGet(queues, queueId) : null;
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
}
