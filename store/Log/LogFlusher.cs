using Microsoft.Extensions.Logging;

namespace RocketMQ.Store.Log;

/// <summary>
/// Brings the log to the disk, from one thread. With synchronous flush every append waits here and all that wait share the next flush;
/// otherwise a timer, armed by the first append after a flush, calls. Nothing runs while nothing is written.
/// </summary>
internal sealed class LogFlusher : IDisposable
{
    private const int PageSize = 4096;

    private readonly StoreOptions _options;
    private readonly CommitLog _log;
    private readonly WriteGate _gate;
    private readonly IStoreParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Worker _worker;
    private readonly OffsetWaiters _waiters;
    private int _intervalArmed;
    private int _signalled;
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
        _waiters = new OffsetWaiters(() => options.SyncFlushTimeout, time);
    }

    /// <summary>All before this offset is on the disk.</summary>
    public long FlushedOffset => _waiters.Reached;

    /// <summary>How many flushes reached the disk.</summary>
    public long FlushCount { get; private set; }

    /// <summary>Places what is known to be on the disk. Before <see cref="Start"/>.</summary>
    public void OpenAt(long flushedOffset) => _waiters.OpenAt(flushedOffset);

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
        var wait = _waiters.WaitAsync(endOffset, out var mustWait);
        if (mustWait)
        {
            Signal();
        }
        return wait;
    }

    /// <summary>Flushes what is there on the caller's thread. For recovery and stop, when no other flush runs.</summary>
    public bool FlushNow()
    {
        var timestamp = _log.LastStoreTimestamp;
        var target = _log.WriteOffset;
        var from = FlushedOffset;
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
            _waiters.Close();
            return false;
        }
        _lastFlush = _time.GetTimestamp();
        FlushCount++;
        _waiters.Reach(target);
        _parts.OnLogFlushed(timestamp);
        return true;
    }

    /// <summary>Stops the thread after a last flush.</summary>
    public void Stop()
    {
        _worker.Stop();
        if (!_gate.HasFailed)
        {
            FlushNow();
        }
        _waiters.Close();
    }

    public void Dispose()
    {
        _worker.Dispose();
        _waiters.Dispose();
    }

    private void RunRound()
    {
        Interlocked.Exchange(ref _signalled, 0);
        Interlocked.Exchange(ref _intervalArmed, 0);
        if (_gate.HasFailed)
        {
            _waiters.Close();
        }
        else if (IsDue())
        {
            FlushNow();
        }
        else if (_log.WriteOffset > FlushedOffset)
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
        return _waiters.IsWaitedFor
            || _log.WriteOffset - FlushedOffset >= (long)_options.FlushCommitLogLeastPages * PageSize
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
}
