using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Queues;

/// <summary>
/// Puts consume queues' units into their files, and those on the disk now and then, from one thread. A timer armed by the first unit after a
/// round calls it: nothing runs while nothing is dispatched.
/// </summary>
internal sealed class QueueFlusher : IDisposable
{
    /// <summary>A queue with this many unwritten units is written out at once.</summary>
    public const int EagerUnits = 4_000;

    /// <summary>A queue with this many unwritten units, 16 MB, holds appends off until it is written out.</summary>
    private const int MaxUnwrittenUnits = 800_000;

    /// <summary>Of more queues than files are kept open, those with fewer unwritten units than this wait: each costs opening and closing its file.</summary>
    private const int FewUnits = 256;

    /// <summary>How many rounds a queue waits at most.</summary>
    private const int MaxRoundsWaited = 20;

    /// <summary>More files than this are brought to the disk together, with whatever else the file system holds back: each by itself is a wait for the disk.</summary>
    private const int ManyFiles = 64;

    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly WriteGate _gate;
    private readonly IStoreParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Worker _worker;
    private readonly Lock _round = new();
    private readonly Lock _arming = new();
    private readonly List<ConsumeQueue> _written = [];
    private readonly List<ConsumeQueue> _unsynced = [];

    /// <summary>Those that can't be written, while others can.</summary>
    private readonly List<ConsumeQueue> _setAside = [];

    /// <summary>Those the disk refused to keep.</summary>
    private readonly HashSet<ConsumeQueue> _refused = [];
    private ConsumeQueue? _waiting;
    private int _intervalArmed;
    private int _eager;
    private int _rounds;
    private long _lastSync;

    public QueueFlusher(StoreOptions options, IStoreFileSystem files, WriteGate gate, IStoreParts parts, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = files;
        _gate = gate;
        _parts = parts;
        _time = time;
        _logger = logger;
        _lastSync = time.GetTimestamp();
        _worker = new Worker("store-queues", time, logger);
    }

    /// <summary>Whether a queue could not be written or brought to the disk.</summary>
    public bool HasSetAside => _setAside.Count > 0 || _refused.Count > 0;

    public void Start()
    {
        _worker.Start(RunRound);
    }

    /// <summary>Takes a queue with new units in; called by whoever dispatches.</summary>
    public void Add(ConsumeQueue queue)
    {
        ConsumeQueue? head;
        do
        {
            head = Volatile.Read(ref _waiting);
            queue.NextToWrite = head;
        }
        while (Interlocked.CompareExchange(ref _waiting, queue, head) != head);
        if (Volatile.Read(ref _intervalArmed) == 0)
        {
            lock (_arming)
            {
                if (_intervalArmed == 0)
                {
                    Volatile.Write(ref _intervalArmed, 1);
                    _worker.WakeAfter(TimeSpan.FromMilliseconds(_options.FlushIntervalConsumeQueue));
                }
            }
        }
    }

    /// <summary>Wakes the writer for a queue with at least <see cref="EagerUnits"/> unwritten.</summary>
    public void OnLargeTail(long unwritten)
    {
        if (Volatile.Read(ref _eager) != 0 && unwritten < MaxUnwrittenUnits)
        {
            return;
        }
        Volatile.Write(ref _eager, 1);
        if (unwritten >= MaxUnwrittenUnits)
        {
            _gate.Set(WriteGate.Reason.Backlog, $"more than {MaxUnwrittenUnits} messages of a queue wait to be written to its file: the disk is too slow");
        }
        _worker.Wake();
    }

    /// <summary>Runs something no round may run beside.</summary>
    public T BetweenRounds<T>(Func<T> action)
    {
        lock (_round)
        {
            return action();
        }
    }

    /// <summary>One round on the caller's thread: writes out, and with <paramref name="sync"/> brings it to the disk. False when the disk refused.</summary>
    public bool Flush(bool sync)
    {
        lock (_round)
        {
            if (sync)
            {
                TellSyncing();
            }
            var point = _parts.Dispatched;
            var queue = Interlocked.Exchange(ref _waiting, null);
            var next = queue?.NextToWrite;
            var mayWait = !sync && ++_rounds % MaxRoundsWaited != 0 && IsLongerThan(queue, QueueTable.MaxOpenFiles);
            try
            {
                Release();
                RewriteRefused();
                while (queue is not null)
                {
                    next = queue.NextToWrite;
                    if (mayWait && queue.UnwrittenUnits < FewUnits)
                    {
                        Add(queue);
                    }
                    else
                    {
                        Write(queue);
                    }
                    queue = next;
                }
                var isSynced = !sync || TrySync(point);
                OnWritten();
                return isSynced;
            }
            catch (IOException e)
            {
                Requeue(queue, next);
                if (_gate.Set(WriteGate.Reason.QueuesUnwritten, $"its consume queues cannot be written ({e.Message}): free space under {_options.StorePathRootDir}"))
                {
                    _logger.QueuesUnwritable(e);
                }
                return false;
            }
        }
    }

    public void Stop() => _worker.Stop();

    public void Dispose() => _worker.Dispose();

    private void RunRound()
    {
        Interlocked.Exchange(ref _intervalArmed, 0);
        Interlocked.Exchange(ref _eager, 0);
        TryAgain();
        var isWritten = Flush(sync: _time.GetElapsedTime(_lastSync).TotalMilliseconds >= _options.FlushConsumeQueueThoroughInterval);
        _parts.OnQueueRoundEnded();
        Rearm(again: !isWritten);
    }

    /// <summary>Queues idle since the last round give their memory back.</summary>
    private void Release()
    {
        foreach (var queue in _written)
        {
            queue.ReleaseTail();
        }
        _written.Clear();
    }

    /// <summary>Those written since the last sync, and those that wait: this round writes them all. What can't be written is missed, and mended, at the next start.</summary>
    private void TellSyncing()
    {
        _unsynced.ForEach(TellSyncing);
        _setAside.ForEach(TellSyncing);
        for (var queue = Volatile.Read(ref _waiting); queue is not null; queue = queue.NextToWrite)
        {
            TellSyncing(queue);
        }
    }

    private void TellSyncing(ConsumeQueue queue)
    {
        if (!queue.Topic.IsDropped)
        {
            _parts.OnQueueSyncing(queue);
        }
    }

    private static bool IsLongerThan(ConsumeQueue? queue, int count)
    {
        for (; queue is not null && count > 0; count--)
        {
            queue = queue.NextToWrite;
        }
        return queue is not null;
    }

    /// <summary>Writes a queue out. One that alone can't be, whatever the disk has room for, is set aside: the others go on.</summary>
    private void Write(ConsumeQueue queue)
    {
        try
        {
            queue.WriteOut();
        }
        catch (Exception e) when (IsOfOneQueue(e))
        {
            _setAside.Add(queue);
            Tell(queue, $"its file cannot be written ({e.Message})");
            return;
        }
        if (queue.SetAside is not null && !_refused.Contains(queue))
        {
            Tell(queue, null);
        }
        _written.Add(queue);
        if (!queue.IsUnsynced)
        {
            queue.IsUnsynced = true;
            _unsynced.Add(queue);
        }
    }

    /// <summary>False when a queue could not be brought to the disk: nobody may rely on those that were, for what is to be replayed is one point for all.</summary>
    private bool TrySync(ReplayPoint? point)
    {
        _lastSync = _time.GetTimestamp();
        var isOnDisk = TrySyncAll();
        foreach (var queue in _unsynced)
        {
            Sync(queue, isOnDisk);
        }
        _unsynced.RemoveAll(queue => !queue.IsUnsynced);
        if (_refused.Count > 0)
        {
            return false;
        }
        _parts.OnQueuesSynced(point);
        return true;
    }

    private bool TrySyncAll()
    {
        try
        {
            return _unsynced.Count > ManyFiles && _files.TryFlushAll(_options.ConsumeQueuePath)
                && (!_unsynced.Exists(static queue => queue.IsBatch) || _files.TryFlushAll(_options.BatchConsumeQueuePath));
        }
        catch (IOException e)
        {
            // It is not told whose pages were lost: all are written again.
            foreach (var queue in _unsynced)
            {
                Refuse(queue, queue.SyncedTo, e);
            }
            return false;
        }
    }

    private void Sync(ConsumeQueue queue, bool isOnDisk)
    {
        var from = queue.SyncedTo;
        try
        {
            queue.Sync(isOnDisk);
            queue.IsUnsynced = _refused.Contains(queue);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(queue, from, e);
        }
    }

    /// <summary>
    /// The disk did not take a queue's units. A system may hold the pages for written after that, and the next flush for a success: they are written again
    /// from the log before they are flushed again.
    /// </summary>
    private void Refuse(ConsumeQueue queue, long from, Exception e)
    {
        queue.UnsyncFrom(from);
        if (_refused.Add(queue))
        {
            _logger.QueueFlushFailed(queue.TopicName, queue.QueueId, from, e);
            Tell(queue, $"its file cannot be brought to the disk ({e.Message})");
        }
    }

    private void RewriteRefused()
    {
        if (_refused.Count == 0)
        {
            return;
        }
        foreach (var queue in _refused.ToList())
        {
            try
            {
                _parts.Mender.Rewrite(queue, queue.SyncedTo, queue.EndIndex);
                _refused.Remove(queue);
                Tell(queue, null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Tell(queue, $"its file cannot be written again ({e.Message})");
            }
        }
    }

    /// <summary>Queues that were set aside get another chance with each round.</summary>
    private void TryAgain()
    {
        lock (_round)
        {
            foreach (var queue in _setAside)
            {
                if (!queue.Topic.IsDropped && queue.TryQueueForWriting())
                {
                    Add(queue);
                }
            }
            _setAside.Clear();
        }
    }

    private void Tell(ConsumeQueue queue, string? refusal)
    {
        queue.SetAside = refusal;
        _parts.OnQueueSetAside(queue, refusal);
    }

    /// <summary>Whether a failure is one queue's own: a name that can't be, a directory that is none, a damaged file. A full disk is everybody's.</summary>
    private static bool IsOfOneQueue(Exception e) =>
        e is UnauthorizedAccessException || (e is IOException and not DiskFullException && e.HResult is not (Libc.NoSpace or Libc.QuotaExceeded));

    /// <summary>Keeps what a failed round left: the queue it failed at, and those after it.</summary>
    private void Requeue(ConsumeQueue? queue, ConsumeQueue? rest)
    {
        if (queue is null)
        {
            return;
        }
        if (queue.TryQueueForWriting())
        {
            Add(queue);
        }
        while (rest is not null)
        {
            var next = rest.NextToWrite;
            Add(rest);
            rest = next;
        }
    }

    private void OnWritten()
    {
        _gate.Set(WriteGate.Reason.Backlog, null);
        if (_gate.Set(WriteGate.Reason.QueuesUnwritten, null))
        {
            _logger.QueuesWritable();
        }
    }

    private void Rearm(bool again)
    {
        if (again || _written.Count > 0 || HasSetAside)
        {
            // One more round: to try again, or to give the tails back.
            Arm(TimeSpan.FromMilliseconds(_options.FlushIntervalConsumeQueue));
        }
        else if (_unsynced.Count > 0)
        {
            var due = TimeSpan.FromMilliseconds(_options.FlushConsumeQueueThoroughInterval) - _time.GetElapsedTime(_lastSync);
            Arm(due > TimeSpan.Zero ? due : TimeSpan.Zero);
        }
    }

    /// <summary>Calls later, unless new units already saw to an earlier call.</summary>
    private void Arm(TimeSpan due)
    {
        lock (_arming)
        {
            if (_intervalArmed == 0)
            {
                _worker.WakeAfter(due);
            }
        }
    }
}
