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
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _work = new(false);
    private readonly Lock _round = new();
    private readonly Lock _arming = new();
    private readonly List<ConsumeQueue> _written = [];
    private readonly List<ConsumeQueue> _unsynced = [];
    private readonly ITimer _interval;
    private ConsumeQueue? _waiting;
    private Thread? _thread;
    private volatile bool _stopped;
    private int _intervalArmed;
    private int _eager;
    private int _rounds;
    private long _lastSync;

    public QueueFlusher(StoreOptions options, IStoreFileSystem files, WriteGate gate, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = files;
        _gate = gate;
        _time = time;
        _logger = logger;
        _lastSync = time.GetTimestamp();
        _interval = time.CreateTimer(static flusher => ((QueueFlusher)flusher!)._work.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has been dispatched when a round begins: once the round is on the disk, all of that is.</summary>
    public Func<ReplayPoint?> Dispatched { get; set; } = () => null;

    /// <summary>Called for each queue a round is about to bring to the disk, before it is noted what is dispatched.</summary>
    public Action<ConsumeQueue>? Syncing { get; set; }

    /// <summary>Called after a round that brought everything to the disk.</summary>
    public Action<ReplayPoint?>? Synced { get; set; }

    /// <summary>Called on the writer's thread after each of its rounds.</summary>
    public Action? RoundEnded { get; set; }

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "store-queues" };
        _thread.Start();
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
                    _interval.Change(TimeSpan.FromMilliseconds(_options.FlushIntervalConsumeQueue), Timeout.InfiniteTimeSpan);
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
        _work.Set();
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
            var point = Dispatched();
            var queue = Interlocked.Exchange(ref _waiting, null);
            var next = queue?.NextToWrite;
            var mayWait = !sync && ++_rounds % MaxRoundsWaited != 0 && IsLongerThan(queue, QueueTable.MaxOpenFiles);
            try
            {
                Release();
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
                if (sync)
                {
                    Sync(point);
                }
                OnWritten();
                return true;
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

    public void Stop()
    {
        _stopped = true;
        _work.Set();
        _thread?.Join();
    }

    public void Dispose()
    {
        _interval.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _work.WaitOne();
            if (_stopped)
            {
                return;
            }
            Interlocked.Exchange(ref _intervalArmed, 0);
            Interlocked.Exchange(ref _eager, 0);
            var isWritten = Flush(sync: _time.GetElapsedTime(_lastSync).TotalMilliseconds >= _options.FlushConsumeQueueThoroughInterval);
            RoundEnded?.Invoke();
            Rearm(again: !isWritten);
        }
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

    /// <summary>Those written since the last sync, and those that wait: this round writes them all.</summary>
    private void TellSyncing()
    {
        _unsynced.ForEach(TellSyncing);
        for (var queue = Volatile.Read(ref _waiting); queue is not null; queue = queue.NextToWrite)
        {
            TellSyncing(queue);
        }
    }

    private void TellSyncing(ConsumeQueue queue)
    {
        if (!queue.Topic.IsDropped)
        {
            Syncing?.Invoke(queue);
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

    private void Write(ConsumeQueue queue)
    {
        queue.WriteOut();
        _written.Add(queue);
        if (!queue.IsUnsynced)
        {
            queue.IsUnsynced = true;
            _unsynced.Add(queue);
        }
    }

    private void Sync(ReplayPoint? point)
    {
        _lastSync = _time.GetTimestamp();
        var isOnDisk = _unsynced.Count > ManyFiles && _files.TryFlushAll(_options.ConsumeQueuePath);
        foreach (var queue in _unsynced)
        {
            queue.IsUnsynced = false;
            queue.Sync(isOnDisk);
        }
        _unsynced.Clear();
        Synced?.Invoke(point);
    }

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
        if (again || _written.Count > 0)
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
                _interval.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
