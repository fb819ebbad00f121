using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Files;
using RocketMQ.Store.KeyIndex;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;
using RocketMQ.Store.Reading;
using RocketMQ.Store.Recovery;

namespace RocketMQ.Store;

/// <summary>
/// A message store over a directory laid out as Apache RocketMQ's. <see cref="Open"/> it, subscribe, <see cref="Start"/> it; then append and read
/// from any thread. Nothing here blocks on the disk but opening, stopping and what its documentation says.
/// </summary>
public sealed class MessageStore : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly ILogger _logger;
    private readonly IDisposable _lock;
    private readonly WriteGate _gate = new();
    private readonly Checkpoint _checkpoint;
    private readonly QueueManifest _manifest;
    private readonly CommitLog _log;
    private readonly LogFileMaker _maker;
    private readonly LogFlusher _logFlusher;
    private readonly QueueTable _queues;
    private readonly QueueFlusher _queueFlusher;
    private readonly Dispatcher _dispatcher;
    private readonly QueueBuilder _repairer;
    private readonly QueueReader _reader;
    private readonly MessageIndex _index;
    private readonly bool _hasLightQueues;
    private bool _isStarted;
    private bool _isStopped;

    private MessageStore(StoreOptions options, IStoreFileSystem files, TimeProvider time, ILogger logger, IDisposable storeLock)
    {
        _options = options;
        _files = files;
        _logger = logger;
        _lock = storeLock;
        _checkpoint = Checkpoint.Load(files, options.CheckpointPath);
        _manifest = QueueManifest.Load(files, options.ManifestPath);
        var logFiles = LogFiles.Load(files, options.CommitLogPath, options.MappedFileSizeCommitLog);
        _maker = new LogFileMaker(logFiles, time, logger);
        _log = new CommitLog(options, logFiles, _maker, _gate, time);
        _logFlusher = new LogFlusher(options, _log, _gate, time, logger) { Flushed = OnLogFlushed };
        _queueFlusher = new QueueFlusher(options, _gate, time, logger) { Synced = OnQueuesSynced };
        _queues = new QueueTable(options, files, _queueFlusher, logger) 
        {
            PhysicalMin = () => _log.MinOffset, ExpectedCount = _manifest.CountOf, Damaged = OnQueueDamaged,
        };
        var delays = DelayLevels.Parse(options.MessageDelayLevel);
        _dispatcher = new Dispatcher(_log, new QueueBuilder(_queues, delays), _gate, logger);
        _repairer = new QueueBuilder(_queues, delays);
        _index = new MessageIndex(options, files, _log, time, logger) { Limit = () => _dispatcher.Position };
        _queueFlusher.Dispatched = () => _dispatcher.Point;
        _queueFlusher.RoundEnded = _index.CatchUp;
        _queueFlusher.Syncing = queue => _manifest.Set(queue.TopicName, queue.QueueId, queue.MaxOffset);
        _hasLightQueues = options.EnableLmq && options.EnableMultiDispatch;
        if (_hasLightQueues)
        {
            _dispatcher.Add(new LightQueueDispatcher(_queues, _dispatcher.Announce));
        }
        _reader = new QueueReader(options, _log, logger);
    }

    /// <summary>A message can be read from its queue; see <see cref="MessageArrivedHandler"/>. Subscribe before <see cref="Start"/>.</summary>
    public event MessageArrivedHandler? MessageArrived
    {
        add => _dispatcher.MessageArrived += value;
        remove => _dispatcher.MessageArrived -= value;
    }

    public StoreOptions Options => _options;

    /// <summary>Start of the oldest record kept.</summary>
    public long MinPhysicalOffset => _log.MinOffset;

    /// <summary>End of the log.</summary>
    public long MaxPhysicalOffset => _log.WriteOffset;

    /// <summary>All before this offset is on the disk.</summary>
    public long FlushedOffset => _logFlusher.FlushedOffset;

    /// <summary>All before this offset is visible in its queues.</summary>
    public long DispatchedOffset => _dispatcher.Position;

    /// <summary>Whether appends are taken; if not, what they are answered.</summary>
    public AppendStatus WriteStatus => _gate.Status;

    /// <summary>Locks the directory, loads what is there and recovers it. May take its time.</summary>
    /// <exception cref="StoreLockedException">Another broker holds the directory.</exception>
    /// <exception cref="CorruptStoreException">Something in the store can be neither used nor rebuilt.</exception>
    public static MessageStore Open(
        StoreOptions options, IStoreFileSystem? files = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        files ??= PhysicalFileSystem.Instance;
        time ??= TimeProvider.System;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<MessageStore>();
        files.CreateDirectory(options.StorePathRootDir);
        IDisposable storeLock;
        try
        {
            storeLock = files.Lock(options.LockPath);
        }
        catch (IOException e)
        {
            throw new StoreLockedException(options.StorePathRootDir, e);
        }
        try
        {
            var store = new MessageStore(options, files, time, logger, storeLock);
            var startedAt = time.GetTimestamp();
            var isClean = !files.FileExists(options.AbortPath);
            var replayed = store.Recover(isClean);
            logger.Opened(
                options.StorePathRootDir, store.MinPhysicalOffset, store.MaxPhysicalOffset, isClean ? "clean" : "a crash", replayed,
                (long)time.GetElapsedTime(startedAt).TotalMilliseconds);
            return store;
        }
        catch
        {
            storeLock.Dispose();
            throw;
        }
    }

    /// <summary>Has every record handed over as it becomes visible. Before <see cref="Start"/>.</summary>
    public void AddDispatcher(ILogDispatcher dispatcher) => _dispatcher.Add(dispatcher);

    /// <summary>Begins to take appends. Until <see cref="StopAsync"/> the abort file tells that the store is in use.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        using (var abort = _files.OpenFile(_options.AbortPath, create: true))
        {
            abort.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)), 0);
        }
        _isStarted = true;
        _maker.Start();
        _logFlusher.Start();
        _gate.Set(WriteGate.Reason.NotStarted, false);
    }

    /// <summary>Appends a message: one copy, from the draft's buffers into the log's page cache. Never blocks on the disk but when a file rolls early.</summary>
    public AppendResult Append(in MessageDraft draft)
    {
        if (_gate.Status is var status && status != AppendStatus.Ok)
        {
            return AppendResult.Refused(status);
        }
        if (FindQueue(draft.Topic, draft.QueueId, out var refusal) is not { } queue)
        {
            return AppendResult.Refused(refusal);
        }
        var result = _hasLightQueues && LightQueues.AreNamedBy(draft)
            ? _log.Append(draft, queue, LightQueues.Of(draft.Properties, _queues))
            : _log.Append(draft, queue);
        if (result.IsOk)
        {
            OnAppended();
        }
        return result;
    }

    /// <summary>
    /// Appends the messages of a batch, whose body is laid out as <see cref="BatchBody"/>, with consecutive queue offsets. The draft's properties are
    /// added to each message's own.
    /// </summary>
    /// <param name="batch">The batch; its body holds the messages.</param>
    /// <param name="physicalOffsets">Where each message's record starts; empty unless the result is Ok.</param>
    public AppendResult AppendBatch(in MessageDraft batch, out long[] physicalOffsets)
    {
        physicalOffsets = [];
        if (_gate.Status is var status && status != AppendStatus.Ok)
        {
            return AppendResult.Refused(status);
        }
        if (FindQueue(batch.Topic, batch.QueueId, out var refusal) is not { } queue)
        {
            return AppendResult.Refused(refusal);
        }
        var length = batch.BodyLength;
        byte[]? joined = null;
        var body = batch.Body;
        if (length != body.Length)
        {
            joined = ArrayPool<byte>.Shared.Rent(length);
            batch.Body.CopyTo(joined);
            batch.MoreBody.CopyTo(joined.AsSpan(batch.Body.Length));
            body = joined.AsSpan(0, length);
        }
        try
        {
            if (!BatchBody.TryCount(body, out var count) || count == 0)
            {
                return AppendResult.Refused(AppendStatus.BatchMalformed);
            }
            var offsets = new long[count];
            var result = _log.AppendBatch(batch, body, queue, new int[count], offsets);
            if (result.IsOk)
            {
                physicalOffsets = offsets;
                OnAppended();
            }
            return result;
        }
        finally
        {
            if (joined is not null)
            {
                ArrayPool<byte>.Shared.Return(joined);
            }
        }
    }

    /// <summary>Waits until all before an offset is on the disk, at most syncFlushTimeout. All that wait at a time share one flush.</summary>
    public ValueTask<FlushResult> WaitFlushedAsync(long endOffset) => _logFlusher.WaitAsync(endOffset);

    /// <summary>Reads messages from an offset on. The result leases them: dispose it.</summary>
    public GetResult Get(string topic, int queueId, long offset, int maxCount, int maxBytes = int.MaxValue, IMessageFilter? filter = null)
    {
        if (FindQueue(topic, queueId, out _) is { } queue)
        {
            return _reader.Get(queue, offset, maxCount, maxBytes, filter);
        }
        return _reader.Missing();
    }

    /// <summary>The record that starts at an offset of the log, leased; invalid when none does.</summary>
    public LogLease Read(long physicalOffset) => _log.LeaseRecord(physicalOffset);

    /// <summary>The record at an offset, or the next file's first where the blank end of a file stands there; the offset becomes its start. Invalid at the log's end.</summary>
    public LogLease ReadNext(ref long physicalOffset)
    {
        var lease = _log.LeaseRecord(physicalOffset);
        if (!lease.IsValid && _log.Files.Find(physicalOffset) is { } file && file.EndOffset <= _log.WriteOffset)
        {
            physicalOffset = file.EndOffset;
            lease = _log.LeaseRecord(physicalOffset);
        }
        return lease;
    }

    /// <summary>Bytes of the log as they stand, leased; invalid unless one file holds them all.</summary>
    public LogLease ReadRaw(long physicalOffset, int length) => _log.Lease(physicalOffset, length);

    /// <summary>The queue, for its bounds and units; null when the topic or id is none. It stays valid until the topic is deleted.</summary>
    public ConsumeQueue? Queue(string topic, int queueId) => FindQueue(topic, queueId, out _);

    public long MinOffset(string topic, int queueId) => Queue(topic, queueId)?.MinOffset ?? 0;

    /// <summary>The next offset to be visible.</summary>
    public long MaxOffset(string topic, int queueId) => Queue(topic, queueId)?.MaxOffset ?? 0;

    /// <summary>See <see cref="BoundaryType"/>; held within the queue's bounds.</summary>
    public long OffsetByTime(string topic, int queueId, long timestamp, BoundaryType boundary = BoundaryType.Lower) =>
        Queue(topic, queueId) is { } queue ? Reading.OffsetByTime.Find(queue, _log, timestamp, boundary) : 0;

    /// <summary>When the message at an offset of a queue was stored, in milliseconds since 1970; −1 when there is none.</summary>
    public long StoreTimestamp(string topic, int queueId, long offset) =>
        Queue(topic, queueId) is { } queue && queue.TryRead(offset, out var unit) ? _log.StoreTimestampAt(unit.PhysicalOffset) : -1;

    /// <summary>When the oldest message of a queue was stored; −1 when it has none.</summary>
    public long EarliestStoreTimestamp(string topic, int queueId) => StoreTimestamp(topic, queueId, MinOffset(topic, queueId));

    /// <summary>When the oldest record of the log was stored; −1 when there is none.</summary>
    public long EarliestStoreTimestamp() => _log.StoreTimestampAt(_log.MinOffset);

    /// <summary>Whether the message at an offset of a queue is assumed to be in memory; false when there is none.</summary>
    public bool IsInMemory(string topic, int queueId, long offset) =>
        Queue(topic, queueId) is { } queue && queue.TryRead(offset, out var unit) && !unit.IsPlaceholder && _reader.IsCached(unit.PhysicalOffset);

    /// <summary>
    /// Messages of a topic that carry a key, as one of KEYS or as UNIQ_KEY, stored within a time range (milliseconds since 1970, bounds
    /// included): the newest up to maxMsgsNumBatch. Catches the index up with the log first: not for a loop thread. Dispose the result.
    /// </summary>
    public IndexQueryResult Query(string topic, string key, int maxCount, long begin, long end) => _index.Query(topic, key, maxCount, begin, end);

    /// <summary>Topics that have queues on disk or in memory. Lists directories: not for a loop thread.</summary>
    public IReadOnlyList<string> Topics() => _queues.Topics();

    /// <summary>Ids of a topic's queues on disk or in memory. Lists directories: not for a loop thread.</summary>
    public IReadOnlyList<int> QueueIds(string topic) => _queues.QueueIds(topic);

    /// <summary>Deletes a topic's queues; its records stay in the log until they expire. Touches the disk: not for a loop thread.</summary>
    public void DeleteTopic(string topic) =>
        _queueFlusher.BetweenRounds(() =>
        {
            _queues.Delete(topic);
            _manifest.Remove(topic);
            return true;
        });

    /// <summary>Takes no more appends, brings everything to the disk and lets go of the directory.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
        {
            return;
        }
        _isStopped = true;
        _gate.Set(WriteGate.Reason.Stopped, true);
        await Task.Run(Close).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void Close()
    {
        _log.Settle();
        _maker.Stop();
        _logFlusher.Stop();
        _dispatcher.Run();
        _queueFlusher.Stop();
        _index.CatchUp();
        var isSaved = _queueFlusher.Flush(sync: false) && _queueFlusher.Flush(sync: true) && !_gate.Has(WriteGate.Reason.Failed);
        _index.Dispose();
        _log.Files.Close();
        _queues.Dispose();
        if (_isStarted && isSaved)
        {
            _files.DeleteFile(_options.AbortPath);
        }
        _logFlusher.Dispose();
        _queueFlusher.Dispose();
        _maker.Dispose();
        _lock.Dispose();
        _logger.StoreStopped(_options.StorePathRootDir, _log.WriteOffset);
    }

    /// <summary>Bytes dispatched again.</summary>
    private long Recover(bool isClean)
    {
        var recovery = new StoreRecovery(_options, _log.Files, _queues, _checkpoint, _manifest, isClean, _logger);
        recovery.Run();
        _log.OpenAt(recovery.End, recovery.LastTimestamp);
        _logFlusher.OpenAt(recovery.Replay.PhysicalOffset);
        _index.Load(isClean, _checkpoint.IndexTimestamp);
        _queueFlusher.Start();
        if (recovery.NeedsRepair)
        {
            Repair(recovery.Suspects);
        }
        _dispatcher.StartAt(recovery.Replay);
        _dispatcher.Run();
        foreach (var queue in _queues.Known.SelectMany(topic => topic.Known))
        {
            queue.NextAppendOffset = queue.MaxOffset;
        }
        _logFlusher.FlushNow();
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            _dispatcher.Limit = () => _logFlusher.FlushedOffset;
        }
        return recovery.End - recovery.Replay.PhysicalOffset;
    }

    /// <summary>Checks queues, all when none are named, against every record before the replay point.</summary>
    private void Repair(IReadOnlyList<(string Topic, int QueueId)> suspects)
    {
        _queues.AreSuspect = true;
        foreach (var (topic, queueId) in suspects)
        {
            _ = Queue(topic, queueId);
        }
        _queues.AreSuspect = suspects.Count == 0;
        _logger.QueuesChecked(_log.MinOffset, _queues.RecoveredTo);
        LogWalk.Visit(_log.Files, _log.MinOffset, _queues.RecoveredTo, _repairer.Repair);
        _queues.AreSuspect = false;
        foreach (var queue in _queues.Known.SelectMany(topic => topic.Known))
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
            LogWalk.Visit(_log.Files, _log.MinOffset, _queues.RecoveredTo, (in record, offset) => _repairer.RepairIn(queue, record, offset));
            queue.NextAppendOffset = queue.MaxOffset;
        }
    }

    private void OnAppended()
    {
        _logFlusher.OnAppended();
        _dispatcher.Run();
    }

    private void OnLogFlushed(long timestamp)
    {
        _checkpoint.LogTimestamp = Math.Max(_checkpoint.LogTimestamp, timestamp);
        _dispatcher.Run();
    }

    /// <summary>The queues are on the disk up to a point: once the log is too, a start after a crash may resume there. On the writer's thread.</summary>
    private void OnQueuesSynced(ReplayPoint? point)
    {
        if (point is { } reached && _logFlusher.WaitAsync(reached.PhysicalOffset).AsTask().GetAwaiter().GetResult() == FlushResult.Ok)
        {
            _checkpoint.Replay = reached;
            _checkpoint.QueuesTimestamp = Math.Max(_checkpoint.QueuesTimestamp, _log.StoreTimestampAt(reached.LastRecordOffset));
        }
        _checkpoint.IndexTimestamp = Math.Max(_checkpoint.IndexTimestamp, _index.Flush());
        _checkpoint.Save();
        _manifest.Save();
    }

    private ConsumeQueue? FindQueue(string topic, int queueId, out AppendStatus refusal)
    {
        refusal = AppendStatus.Ok;
        if ((uint)queueId >= TopicQueues.MaxQueues)
        {
            refusal = AppendStatus.QueueIdIllegal;
            return null;
        }
        var queues = _queues.Find(topic);
        if (queues is null)
        {
            refusal = AppendStatus.TopicIllegal;
            return null;
        }
        return queues[queueId];
    }
}
