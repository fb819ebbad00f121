using Microsoft.Extensions.Logging;

namespace RocketMQ.Store.Log;

/// <summary>
/// Brings the log to the disk, from one thread. With synchronous flush every append waits here and all that wait share the next flush;
/// otherwise a timer, armed by the first append after a flush, calls. Nothing runs while nothing is written.
/// </summary>
internal sealed class LogFlusher : IDisposable
{
    private const int PageSize = 4096;
    private const int MaxIdleWaiters = 1024;

    private readonly StoreOptions _options;
    private readonly CommitLog _log;
    private readonly WriteGate _gate;
    private readonly IStoreParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Worker _worker;
    private readonly Lock _waiting = new();
    private readonly List<FlushWaiter> _waiters = [];
    private readonly Stack<FlushWaiter> _idleWaiters = [];
    private readonly ITimer _expiry;
    private volatile bool _stopped;
    private bool _expiryArmed;
    private int _intervalArmed;
    private int _signalled;
    private long _flushed;
    private long _lastFlush;

    public LogFlusher(StoreOptions options, CommitLog log, WriteGate gate, IStoreParts parts, TimeProvider time, ILogger logger)
    {
        _options = options;
        _log = log;
        _gate = gate;
        _parts = parts;
        _time = time;
        _logger = logger;
        _worker = new Worker("store-flush", time, logger);
        _expiry = time.CreateTimer(static flusher => ((LogFlusher)flusher!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>All before this offset is on the disk.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushed);

    /// <summary>How many flushes reached the disk.</summary>
    public long FlushCount { get; private set; }

    /// <summary>Places what is known to be on the disk. Before <see cref="Start"/>.</summary>
    public void OpenAt(long flushedOffset) => _flushed = flushedOffset;

    public void Start()
    {
        _lastFlush = _time.GetTimestamp();
        _worker.Start(RunRound);
    }

    /// <summary>Tells that there is something to flush: at once with synchronous flush, some time otherwise.</summary>
    public void OnAppended()
    {
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            Signal();
        }
        else if (Volatile.Read(ref _intervalArmed) == 0 && Interlocked.Exchange(ref _intervalArmed, 1) == 0)
        {
            _worker.WakeAfter(TimeSpan.FromMilliseconds(_options.FlushIntervalCommitLog));
        }
    }

    /// <summary>Waits until all before an offset is on the disk.</summary>
    public ValueTask<FlushResult> WaitAsync(long endOffset)
    {
        if (FlushedOffset >= endOffset)
        {
            return new(FlushResult.Ok);
        }
        ValueTask<FlushResult> wait;
        lock (_waiting)
        {
            if (FlushedOffset >= endOffset)
            {
                return new(FlushResult.Ok);
            }
            if (_stopped || _gate.HasFailed)
            {
                return new(FlushResult.Failed);
            }
            var waiter = _idleWaiters.TryPop(out var idle) ? idle : new FlushWaiter(Recycle);
            wait = waiter.Begin(endOffset, _time.GetTimestamp() + _options.SyncFlushTimeout * _time.TimestampFrequency / 1000);
            _waiters.Add(waiter);
            if (!_expiryArmed)
            {
                _expiryArmed = true;
                _expiry.Change(TimeSpan.FromMilliseconds(_options.SyncFlushTimeout), Timeout.InfiniteTimeSpan);
            }
        }
        Signal();
        return wait;
    }

    /// <summary>Flushes what is there on the caller's thread. For recovery and stop, when no other flush runs.</summary>
    public bool FlushNow()
    {
        var timestamp = _log.LastStoreTimestamp;
        var target = _log.WriteOffset;
        var from = _flushed;
        if (target == from)
        {
            return true;
        }
        try
        {
            FlushRange(from, target);
        }
        catch (Exception e)
        {
            // Whatever it was: what was to be flushed may not be on the disk.
            _gate.Fail(e);
            _logger.FlushFailed(from, target, e);
            Complete(long.MaxValue, FlushResult.Failed);
            return false;
        }
        _lastFlush = _time.GetTimestamp();
        FlushCount++;
        Volatile.Write(ref _flushed, target);
        Complete(target, FlushResult.Ok);
        _parts.OnLogFlushed(timestamp);
        return true;
    }

    /// <summary>Stops the thread after a last flush.</summary>
    public void Stop()
    {
        lock (_waiting)
        {
            _stopped = true;
        }
        _worker.Stop();
        if (!_gate.HasFailed)
        {
            FlushNow();
        }
        Complete(long.MaxValue, FlushResult.Failed);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _expiry.Dispose();
    }

    private void RunRound()
    {
        Interlocked.Exchange(ref _signalled, 0);
        Interlocked.Exchange(ref _intervalArmed, 0);
        if (_gate.HasFailed)
        {
            Complete(long.MaxValue, FlushResult.Failed);
        }
        else if (IsDue())
        {
            FlushNow();
        }
        else if (_log.WriteOffset > _flushed)
        {
            OnAppended();
        }
    }

    private bool IsDue()
    {
        if (_options.FlushDiskType == FlushDiskType.SyncFlush)
        {
            return true;
        }
        lock (_waiting)
        {
            if (_waiters.Count > 0)
            {
                return true;
            }
        }
        return _log.WriteOffset - _flushed >= (long)_options.FlushCommitLogLeastPages * PageSize
            || _time.GetElapsedTime(_lastFlush).TotalMilliseconds >= _options.FlushCommitLogThoroughInterval;
    }

    private void FlushRange(long from, long to)
    {
        while (from < to)
        {
            var file = _log.Files.Find(from);
            if (file is null || !file.TryLease())
            {
                // Deleted meanwhile: retention may take files that were never flushed.
                from += _log.Files.FileSize - from % _log.Files.FileSize;
                continue;
            }
            try
            {
                var end = Math.Min(to, file.EndOffset);
                file.Mapped.Flush(from - file.BaseOffset, end - from);
                from = end;
            }
            finally
            {
                file.Release();
            }
        }
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _worker.Wake();
        }
    }

    private void Complete(long flushed, FlushResult result)
    {
        lock (_waiting)
        {
            var kept = 0;
            for (var i = 0; i < _waiters.Count; i++)
            {
                var waiter = _waiters[i];
                if (waiter.EndOffset <= flushed)
                {
                    waiter.Complete(result);
                }
                else
                {
                    _waiters[kept++] = waiter;
                }
            }
            _waiters.RemoveRange(kept, _waiters.Count - kept);
        }
    }

    private void Expire()
    {
        lock (_waiting)
        {
            var now = _time.GetTimestamp();
            var next = long.MaxValue;
            var kept = 0;
            for (var i = 0; i < _waiters.Count; i++)
            {
                var waiter = _waiters[i];
                if (waiter.Deadline <= now)
                {
                    waiter.Complete(FlushResult.Timeout);
                }
                else
                {
                    next = Math.Min(next, waiter.Deadline);
                    _waiters[kept++] = waiter;
                }
            }
            _waiters.RemoveRange(kept, _waiters.Count - kept);
            _expiryArmed = kept > 0;
            if (_expiryArmed)
            {
                _expiry.Change(_time.GetElapsedTime(now, next), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Recycle(FlushWaiter waiter)
    {
        lock (_waiting)
        {
            if (_idleWaiters.Count < MaxIdleWaiters)
            {
                _idleWaiters.Push(waiter);
            }
        }
    }
}
