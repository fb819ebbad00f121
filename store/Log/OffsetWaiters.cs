namespace RocketMQ.Store.Log;

/// <summary>
/// Who waits until something has reached an offset of the log: the disk, or other brokers. All that wait for less are answered together, each within a
/// time of its own; waiting makes no garbage. They go on on the thread pool, a few dozen one after another.
/// </summary>
public sealed class OffsetWaiters : IDisposable
{
    private const int MaxIdle = 1024;

    /// <summary>Who goes on one after another: the last of them waits for the others.</summary>
    private const int MaxTogether = 64;

    private readonly Func<int> _timeoutMs;
    private readonly Action<Action>? _around;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<OffsetWaiter> _waiting = [];
    private readonly Stack<OffsetWaiter> _idle = [];
    private readonly ITimer _expiry;
    private bool _isExpiryArmed;
    private bool _isClosed;
    private long _reached;

    /// <param name="timeoutMs">How long a wait may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="around">What is done around answering several.</param>
    public OffsetWaiters(Func<int> timeoutMs, TimeProvider time, Action<Action>? around = null)
    {
        _around = around;
        _timeoutMs = timeoutMs;
        _time = time;
        _expiry = time.CreateTimer(static waiters => ((OffsetWaiters)waiters!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>All before this offset is there.</summary>
    public long Reached => Volatile.Read(ref _reached);

    /// <summary>Whether anybody waits.</summary>
    public bool IsWaitedFor
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Says how far it is before anybody waits.</summary>
    public void OpenAt(long offset) => Volatile.Write(ref _reached, offset);

    /// <summary>Waits until all before an offset is there.</summary>
    /// <param name="endOffset">The offset.</param>
    /// <param name="mustWait">Whether that was not so at once, and somebody may have to be told.</param>
    public ValueTask<FlushResult> WaitAsync(long endOffset, out bool mustWait)
    {
        mustWait = false;
        if (Reached >= endOffset)
        {
            return new(FlushResult.Ok);
        }
        lock (_lock)
        {
            if (_reached >= endOffset)
            {
                return new(FlushResult.Ok);
            }
            if (_isClosed)
            {
                return new(FlushResult.Failed);
            }
            mustWait = true;
            var timeoutMs = _timeoutMs();
            var waiter = _idle.TryPop(out var idle) ? idle : new OffsetWaiter(Recycle);
            var wait = waiter.Begin(endOffset, _time.GetTimestamp() + timeoutMs * _time.TimestampFrequency / 1000);
            _waiting.Add(waiter);
            if (!_isExpiryArmed)
            {
                _isExpiryArmed = true;
                _expiry.Change(TimeSpan.FromMilliseconds(timeoutMs), Timeout.InfiniteTimeSpan);
            }
            return wait;
        }
    }

    /// <summary>It has got so far; it never falls back.</summary>
    public void Reach(long offset)
    {
        if (offset <= Reached)
        {
            return;
        }
        lock (_lock)
        {
            if (offset > _reached)
            {
                Volatile.Write(ref _reached, offset);
                Answer(static (waiter, reached) => waiter.EndOffset <= reached, offset, FlushResult.Ok);
            }
        }
    }

    /// <summary>It gets no further for those that wait now: they are told so.</summary>
    public void Fail()
    {
        lock (_lock)
        {
            Answer(static (_, _) => true, 0, FlushResult.Failed);
        }
    }

    /// <summary>It gets no further: who waits, and whoever will, is told so.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Answer(static (_, _) => true, 0, FlushResult.Failed);
        }
    }

    public void Dispose() => _expiry.Dispose();

    private void Expire()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            Answer(static (waiter, now) => waiter.Deadline <= now, now, FlushResult.Timeout);
            _isExpiryArmed = _waiting.Count > 0;
            if (_isExpiryArmed)
            {
                _expiry.Change(_time.GetElapsedTime(now, _waiting.Min(waiter => waiter.Deadline)), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Answer(Func<OffsetWaiter, long, bool> isMeant, long limit, FlushResult result)
    {
        var kept = 0;
        OffsetWaiter? only = null;
        List<OffsetWaiter>? several = null;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var waiter = _waiting[i];
            if (!isMeant(waiter, limit))
            {
                _waiting[kept++] = waiter;
                continue;
            }
            waiter.Answer(result);
            if (only is null)
            {
                only = waiter;
                continue;
            }
            several ??= [only];
            several.Add(waiter);
            if (several.Count == MaxTogether)
            {
                GoOn(several);
                (only, several) = (null, null);
            }
        }
        _waiting.RemoveRange(kept, _waiting.Count - kept);
        if (several is not null)
        {
            GoOn(several);
        }
        else if (only is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(only, preferLocal: false);
        }
    }

    private void GoOn(List<OffsetWaiter> waiters)
    {
        void Execute() => waiters.ForEach(static waiter => waiter.Execute());
        ThreadPool.UnsafeQueueUserWorkItem(
            _around is { } around ? _ => around(Execute) : _ => Execute(), null);
    }

    private void Recycle(OffsetWaiter waiter)
    {
        lock (_lock)
        {
            if (_idle.Count < MaxIdle)
            {
                _idle.Push(waiter);
            }
        }
    }
}
