using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Files;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;
using RocketMQ.Store.Recovery;
using RocketMQ.Store.Replication;

namespace RocketMQ.Store;

/// <summary>
/// A message store over a directory laid out as Apache RocketMQ's. <see cref="Open"/> it, subscribe, <see cref="Start"/> it; then append and read
/// from any thread. Nothing here blocks on the disk but opening, stopping and what its documentation says.
/// </summary>
public sealed class MessageStore : IAsyncDisposable
{
    private readonly StoreEngine _engine;
    private readonly IDisposable _lock;
    private readonly AppendTimes _appendTimes = new();
    private bool _isStopped;

    private MessageStore(StoreOptions options, StoreEngine engine, IDisposable storeLock)
    {
        Options = options;
        _engine = engine;
        _lock = storeLock;
    }

    /// <summary>A message can be read from its queue; see <see cref="MessageArrivedHandler"/>. Subscribe before <see cref="Start"/>.</summary>
    public event MessageArrivedHandler? MessageArrived
    {
        add => _engine.Dispatcher.MessageArrived += value;
        remove => _engine.Dispatcher.MessageArrived -= value;
    }

    /// <summary>The log has grown by an append of this broker or another's. On the thread that appends: not to be held up.</summary>
    public event Action? LogGrew
    {
        add => _engine.LogGrew += value;
        remove => _engine.LogGrew -= value;
    }

    public StoreOptions Options { get; }

    /// <summary>The topics it keeps in a way of their own.</summary>
    internal StoreTopics Special => _engine.Queues.Special;

    /// <summary>Start of the oldest record kept.</summary>
    public long MinPhysicalOffset => _engine.Log.MinOffset;

    /// <summary>Where the newest file of the log begins.</summary>
    public long LastLogFileOffset => _engine.Log.Files.All is [.., var last] ? last.BaseOffset : 0;

    /// <summary>Bytes of a file of the log.</summary>
    public int LogFileSize => _engine.Log.Files.FileSize;

    /// <summary>End of the log.</summary>
    public long MaxPhysicalOffset => _engine.Log.WriteOffset;

    /// <summary>All before this offset is on the disk.</summary>
    public long FlushedOffset => _engine.LogFlusher.FlushedOffset;

    /// <summary>All before this offset is visible in its queues.</summary>
    public long DispatchedOffset => _engine.Dispatcher.Position;

    /// <summary>Whether appends are taken; if not, what they are answered.</summary>
    public AppendStatus WriteStatus => _engine.Gate.Status;

    /// <summary>Why appends are refused, naming the limit, its value and the way out; null while they are taken.</summary>
    public string? WriteRefusal => _engine.Gate.Explanation;

    /// <summary>Locks the directory, loads what is there and recovers it. May take its time.</summary>
    /// <param name="options">What it is configured with.</param>
    /// <param name="files">The file system.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="loadTypes">
    /// Called when the directory is locked and before it is read; gives how a topic's queues are kept, null where nobody knows. It is asked once in a
    /// topic's life, before its first message. Without it queues are kept as they are on the disk, new ones as SimpleCQ.
    /// </param>
    /// <param name="topics">The topics that are kept in a way of their own; those of Apache's brokers where none are given.</param>
    /// <exception cref="StoreLockedException">Another broker holds the directory.</exception>
    /// <exception cref="CorruptStoreException">Something in the store can be neither used nor rebuilt.</exception>
    /// <exception cref="StorePathException">A directory of the log can't be used, or isn't there.</exception>
    public static MessageStore Open(
        StoreOptions options, IStoreFileSystem? files = null, TimeProvider? time = null, ILoggerFactory? loggers = null,
        Func<Func<string, QueueType?>>? loadTypes = null, StoreTopics? topics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        files ??= PhysicalFileSystem.Instance;
        time ??= TimeProvider.System;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<MessageStore>();
        var storeLock = Lock(options, files);
        try
        {
            var startedAt = time.GetTimestamp();
            new StoreCut(options, files, time, logger).Finish();
            var isClean = !files.FileExists(options.AbortPath);
            var engine = new StoreEngine(options, topics ?? StoreTopics.Apache, files, time, logger, loadTypes?.Invoke() ?? (static _ => null));
            var replayed = engine.Recover(isClean);
            var store = new MessageStore(options, engine, storeLock);
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

    /// <summary>
    /// Has the log of a store that is not open end at an offset, as a broker's that joins a master which does not have what is behind it. Queues, index,
    /// timers and checkpoint go back with it, and the bytes are gone from the disk. A crash leaves the old log or the new one: a cut that was begun is
    /// finished by the next call or <see cref="Open"/>, which afterwards recovers the store as after a crash. An offset that is the log's end changes nothing.
    /// Touches every queue: not for a loop thread.
    /// </summary>
    /// <param name="options">What the store is configured with.</param>
    /// <param name="offset">Where a record begins, or the last one before it ends.</param>
    /// <param name="files">The file system.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">The log.</param>
    /// <exception cref="StoreLockedException">The store is open.</exception>
    /// <exception cref="CutRefusedException">No record ends or begins there, or the log does not have the offset; nothing is changed.</exception>
    /// <exception cref="StorePathException">A directory of the log can't be used, or isn't there.</exception>
    /// <exception cref="CorruptStoreException">The log's files don't fit together.</exception>
    public static void Cut(
        StoreOptions options, long offset, IStoreFileSystem? files = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        files ??= PhysicalFileSystem.Instance;
        using var storeLock = Lock(options, files);
        new StoreCut(options, files, time ?? TimeProvider.System, (loggers ?? NullLoggerFactory.Instance).CreateLogger<MessageStore>()).Run(offset);
    }

    /// <summary>
    /// Lists no record that ends beyond an offset: what other brokers have not acknowledged, so that a failover could take it back, is seen by nobody. The log
    /// grows on beyond it, until maxDispatchBehindBytes wait. What comes within the limit is listed in turns, as after an append, the first of them on this
    /// thread. The last call counts; a limit that falls takes nothing back. At any time, from any thread; a stop keeps to it, a start lists all the log has.
    /// </summary>
    /// <param name="offset">long.MaxValue, as at first: no limit.</param>
    public void ListUpTo(long offset) => _engine.Dispatcher.ListUpTo(offset);

    /// <summary>Has every record handed over as it becomes visible. Before <see cref="Start"/>.</summary>
    public void AddDispatcher(ILogDispatcher dispatcher) => _engine.Dispatcher.Add(dispatcher);

    /// <summary>Begins to take appends. Until <see cref="StopAsync"/> the abort file tells that the store is in use.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        _engine.Start();
    }

    /// <summary>
    /// Takes no appends until <see cref="AllowAppendsAsync"/>: another broker writes the log. When this returns none is under way. Everything else goes on:
    /// what is there is flushed, listed, read and in time deleted.
    /// </summary>
    public void ForbidAppends()
    {
        _engine.Gate.Set(WriteGate.Reason.NotMaster, "its broker is a slave: send to the master");
        _engine.Log.Settle();
    }

    /// <summary>Takes appends again, when all that was received is listed: a limit of <see cref="ListUpTo"/> is lifted, for who writes the log from here on has all of it.</summary>
    public Task AllowAppendsAsync() => _engine.TakeOverAsync();

    /// <summary>The end of what was received of another broker's log: behind <see cref="MaxPhysicalOffset"/> while a record is not whole.</summary>
    public long ReceivedOffset => _engine.Received.End;

    /// <summary>
    /// Takes bytes of another broker's log, while appends are forbidden. They may be cut anywhere; what they are of is seen, listed and told as if it had
    /// been appended here when it is whole. In an empty log they may stand where a file begins, else they must follow what is here.
    /// </summary>
    /// <param name="offset">Where they stand in the log.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="fault">Why they are not taken, for a person.</param>
    public ReceiveStatus Receive(long offset, ReadOnlySpan<byte> bytes, out string? fault)
    {
        var status = _engine.Received.Take(offset, bytes, out fault);
        _engine.OnAppended();
        return status;
    }

    /// <summary>Forgets the part of a record that was received: a sender begins again behind the last whole one.</summary>
    public void DropUnfinished() => _engine.Received.DropUnfinished();

    /// <summary>Leases bytes of the log as they stand, as many as are there in one file; invalid when there are none at this offset.</summary>
    public LogLease LeaseLog(long physicalOffset, int maxLength) => _engine.Log.LeaseUpTo(physicalOffset, maxLength);

    /// <summary>Appends a message: one copy, from the draft's buffers into the log's page cache. Never blocks on the disk but when a file rolls early.</summary>
    public AppendResult Append(in MessageDraft draft)
    {
        // The coarse clock: two looks at the precise one cost as much as a small message.
        var startedAtMs = Environment.TickCount64;
        AppendResult result;
        do
        {
            if (_engine.Gate.Status is var status && status != AppendStatus.Ok)
            {
                return AppendResult.Refused(status);
            }
            if (MakeQueue(draft.Topic, draft.QueueId, out var refusal) is not { } queue)
            {
                return AppendResult.Refused(refusal);
            }
            if (_engine.HasLightQueues && LightQueues.AreNamedBy(draft, Special) ? TryAppendListed(draft, queue, out result) : _engine.Log.TryAppend(draft, queue, out result))
            {
                break;
            }
        }
        while (true);
        if (result.IsOk)
        {
            _appendTimes.Add(Environment.TickCount64 - startedAtMs);
            _engine.OnAppended();
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
            var crcs = new int[count];
            AppendResult result;
            do
            {
                if (_engine.Gate.Status is var status && status != AppendStatus.Ok)
                {
                    return AppendResult.Refused(status);
                }
                if (MakeQueue(batch.Topic, batch.QueueId, out var refusal) is not { } queue)
                {
                    return AppendResult.Refused(refusal);
                }
                if (_engine.Log.TryAppendBatch(batch, body, queue, crcs, offsets, out result))
                {
                    break;
                }
            }
            while (true);
            if (result.IsOk)
            {
                physicalOffsets = offsets;
                _engine.OnAppended();
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
    public ValueTask<FlushResult> WaitFlushedAsync(long endOffset) => _engine.LogFlusher.WaitAsync(endOffset);

    /// <summary>Reads messages from an offset on. The result leases them: dispose it.</summary>
    public GetResult Get(string topic, int queueId, long offset, int maxCount, int maxBytes = int.MaxValue, IMessageFilter? filter = null)
    {
        if (Queue(topic, queueId) is { } queue)
        {
            return _engine.Reader.Get(queue, offset, maxCount, maxBytes, filter);
        }
        return QueueTable.IsLegal(topic) && (uint)queueId < TopicQueues.MaxQueues
            ? _engine.Reader.Empty(ShownMinOffset(topic))
            : _engine.Reader.Missing(ShownMinOffset(topic));
    }

    /// <summary>The record that starts at an offset of the log, leased; invalid when none does.</summary>
    public LogLease Read(long physicalOffset) => _engine.Log.LeaseRecord(physicalOffset);

    /// <summary>The record at an offset, or the next file's first where the blank end of a file stands there; the offset becomes its start. Invalid at the log's end.</summary>
    public LogLease ReadNext(ref long physicalOffset)
    {
        var lease = _engine.Log.LeaseRecord(physicalOffset);
        if (!lease.IsValid && _engine.Log.Files.Find(physicalOffset) is { } file && file.EndOffset <= _engine.Log.WriteOffset)
        {
            physicalOffset = file.EndOffset;
            lease = _engine.Log.LeaseRecord(physicalOffset);
        }
        return lease;
    }

    /// <summary>
    /// The last boundary that is not beyond an offset: a record's start, the start of a file's blank end, a file's end, or the end of the log; −1 when the log
    /// does not have the offset. Where a record is damaged, its start. Walks through a file's records: not for a loop thread.
    /// </summary>
    public long RecordStartAtOrBefore(long offset) => LogWalk.BoundaryAtOrBefore(_engine.Log.Files, offset, _engine.Log.WriteOffset);

    /// <summary>Bytes of the log as they stand, leased; invalid unless one file holds them all.</summary>
    public LogLease ReadRaw(long physicalOffset, int length) => _engine.Log.Lease(physicalOffset, length);

    /// <summary>
    /// The queue, for its bounds and units; null when nothing was ever appended to it: looking makes nothing. It stays valid until the topic is deleted.
    /// The first look after a start opens its files: not for a loop thread, see <see cref="IsLoaded"/>.
    /// </summary>
    public ConsumeQueue? Queue(string topic, int queueId) => _engine.FindQueue(topic, queueId);

    /// <summary>Why a queue is set aside, in words with the way out; null when it is not.</summary>
    public string? QueueRefusal(string topic, int queueId) => _engine.Queues.RefusalOf(topic, queueId);

    /// <summary>Queues that can't be read or written while all others are, and why; each is tried again by itself.</summary>
    public IReadOnlyList<string> QueuesSetAside => _engine.Queues.Refusals;

    public long MinOffset(string topic, int queueId) => Queue(topic, queueId)?.MinOffset ?? 0;

    /// <summary>What clients are told as a queue's minimum; see <see cref="ConsumeQueue.ShownMinOffset"/>.</summary>
    public long ShownMinOffset(string topic, int queueId) => Queue(topic, queueId)?.ShownMinOffset ?? ShownMinOffset(topic);

    /// <summary>The next offset to be visible.</summary>
    public long MaxOffset(string topic, int queueId) => Queue(topic, queueId)?.MaxOffset ?? 0;

    /// <summary>See <see cref="BoundaryType"/>; held within the queue's bounds.</summary>
    public long OffsetByTime(string topic, int queueId, long timestamp, BoundaryType boundary = BoundaryType.Lower) =>
        Queue(topic, queueId) is { } queue ? Reading.OffsetByTime.Find(queue, _engine.Log, timestamp, boundary) : 0;

    /// <summary>When the message at an offset of a queue was stored, in milliseconds since 1970; −1 when there is none.</summary>
    public long StoreTimestamp(string topic, int queueId, long offset) =>
        Queue(topic, queueId) is { } queue && queue.TryRead(offset, out var unit) ? _engine.Log.StoreTimestampAt(unit.PhysicalOffset) : -1;

    /// <summary>When the oldest message of a queue was stored; −1 when it has none.</summary>
    public long EarliestStoreTimestamp(string topic, int queueId) => StoreTimestamp(topic, queueId, MinOffset(topic, queueId));

    /// <summary>When the oldest record of the log was stored; −1 when there is none.</summary>
    public long EarliestStoreTimestamp() => _engine.Log.StoreTimestampAt(_engine.Log.MinOffset);

    /// <summary>
    /// Whether <see cref="Get"/> from this offset on is assumed not to wait for the disk: what it reads was written by this process and is among the
    /// newest accessMessageInMemoryMaxRatio percent of memory. A loop thread leaves other reads to a lane.
    /// </summary>
    public bool IsHot(string topic, int queueId, long offset) =>
        _engine.Queues.FindLoaded(topic, queueId) is { } queue ? _engine.Reader.IsHot(queue, offset) : !_engine.Queues.MayBeOnDisk(topic, queueId);

    /// <summary>Whether a queue was asked for before. The first look at one opens its files: not for a loop thread.</summary>
    public bool IsLoaded(string topic, int queueId) => _engine.Queues.FindLoaded(topic, queueId) is not null;

    /// <summary>Whether <see cref="Read"/> at this offset is assumed not to wait for the disk, as <see cref="IsHot"/> is of a queue.</summary>
    public bool IsHotRecord(long physicalOffset) => physicalOffset >= _engine.Reader.OpenedAt && _engine.Reader.IsCached(physicalOffset);

    /// <summary>Whether the message at an offset of a queue is assumed to be in memory; false when there is none.</summary>
    public bool IsInMemory(string topic, int queueId, long offset) =>
        Queue(topic, queueId) is { } queue && queue.TryRead(offset, out var unit) && !unit.IsPlaceholder && _engine.Reader.IsCached(unit.PhysicalOffset);

    /// <summary>
    /// Messages of a topic that carry a key, as one of KEYS or as UNIQ_KEY, stored within a time range (milliseconds since 1970, bounds
    /// included): the newest up to maxMsgsNumBatch. Catches the index up with the log first: not for a loop thread. Dispose the result.
    /// </summary>
    public IndexQueryResult Query(string topic, string key, int maxCount, long begin, long end) =>
        _engine.Index.Query(topic, key, maxCount, begin, end, _engine.Queues.BornAt(topic));

    /// <summary>Topics that have queues on disk or in memory. Lists directories: not for a loop thread.</summary>
    public IReadOnlyList<string> Topics() => _engine.Queues.Topics();

    /// <summary>Ids of a topic's queues on disk or in memory. Lists directories: not for a loop thread.</summary>
    public IReadOnlyList<int> QueueIds(string topic) => _engine.Queues.QueueIds(topic);

    /// <summary>
    /// Deletes a topic's queues; its records stay in the log until they expire. What can't be a topic's name has none: it would be another
    /// directory that is deleted. Touches the disk: not for a loop thread.
    /// </summary>
    public void DeleteTopic(string topic)
    {
        if (QueueTable.IsLegal(topic))
        {
            _engine.DeleteTopic(topic);
        }
    }

    /// <summary>Deletes the queues of all topics but these (light queues are topics, too); how many topics had any. Touches the disk: not for a loop thread.</summary>
    public int DeleteTopicsExcept(IReadOnlySet<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var unwanted = Topics().Where(topic => !wanted.Contains(topic)).ToList();
        unwanted.ForEach(DeleteTopic);
        return unwanted.Count;
    }

    /// <summary>Lets go of queue units whose records are gone from the log. Touches the disk: not for a loop thread.</summary>
    public void CleanExpiredQueues() => _engine.Cleaner.CleanQueues();

    /// <summary>Has expired commit log files deleted by the next rounds of cleaning, whatever the hour.</summary>
    public void RequestCleaning() => _engine.Cleaner.RequestCleaning();

    /// <summary>Figures for operators. Asks the disk: not for a loop thread.</summary>
    public StoreFigures Figures() => new(
        _engine.Cleaner.Disk.LogRatio,
        _engine.Cleaner.Disk.LogRatios,
        _engine.Cleaner.Disk.QueuesRatio,
        MinPhysicalOffset,
        MaxPhysicalOffset,
        MaxPhysicalOffset - FlushedOffset,
        MaxPhysicalOffset - DispatchedOffset,
        _engine.LogFlusher.FlushCount,
        _appendTimes.Counts);

    /// <summary>Takes no more appends, brings everything to the disk and lets go of the directory.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
        {
            return;
        }
        _isStopped = true;
        try
        {
            await Task.Run(async () => await _engine.DisposeAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static IDisposable Lock(StoreOptions options, IStoreFileSystem files)
    {
        files.CreateDirectory(options.StorePathRootDir);
        try
        {
            return files.Lock(options.LockPath);
        }
        catch (IOException e)
        {
            throw new StoreLockedException(options.StorePathRootDir, e);
        }
    }

    /// <summary>Of a queue that is not there.</summary>
    private long ShownMinOffset(string topic) => _engine.Queues.LayoutOf(topic).IsBatch ? -1 : 0;

    private bool TryAppendListed(in MessageDraft draft, ConsumeQueue queue, out AppendResult result)
    {
        var refusal = _engine.TryFindLightQueues(draft.Properties, out var lightQueues);
        if (refusal == AppendStatus.Ok)
        {
            return _engine.Log.TryAppend(draft, queue, lightQueues, out result);
        }
        result = AppendResult.Refused(refusal);
        return true;
    }

    /// <summary>The queue a message goes to, made when it is the first.</summary>
    private ConsumeQueue? MakeQueue(string topic, int queueId, out AppendStatus refusal)
    {
        refusal = AppendStatus.Ok;
        if ((uint)queueId >= TopicQueues.MaxQueues)
        {
            refusal = AppendStatus.QueueIdIllegal;
            return null;
        }
        var queues = _engine.Queues.Find(topic);
        if (queues is null)
        {
            refusal = System.Text.Encoding.UTF8.GetByteCount(topic) > QueueTable.MaxNameBytes ? AppendStatus.TopicTooLong : AppendStatus.TopicIllegal;
            return null;
        }
        if (_engine.Queues.TryGet(queues, queueId) is { } queue)
        {
            return queue;
        }
        refusal = AppendStatus.QueueSetAside;
        return null;
    }
}
