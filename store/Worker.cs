using Microsoft.Extensions.Logging;

namespace RocketMQ.Store;

/// <summary>
/// A thread that sleeps until it is woken, at once or at a time. Its parts are ended in the order of who calls whom: the timer, then the thread; what
/// comes late anyhow finds memory, not a handle that is gone.
/// </summary>
internal sealed class Worker : IDisposable
{
    /// <summary>How long the work rests after a round that failed in a way nobody foresaw.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly object _sleeping = new();
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private Thread? _thread;
    private bool _isWoken;
    private volatile bool _isStopping;

    public Worker(string name, TimeProvider time, ILogger logger)
    {
        _name = name;
        _logger = logger;
        _timer = time.CreateTimer(static worker => ((Worker)worker!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the thread is to end.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Starts the thread: each time it is woken it runs <paramref name="round"/>, until it is to end.</summary>
    public void Start(Action round)
    {
        _thread = new Thread(() => Run(round)) { IsBackground = true, Name = _name };
        _thread.Start();
    }

    /// <summary>Wakes the thread, or keeps it from its next sleep.</summary>
    public void Wake()
    {
        lock (_sleeping)
        {
            _isWoken = true;
            Monitor.Pulse(_sleeping);
        }
    }

    /// <summary>Wakes the thread after a time, in place of what was asked for before.</summary>
    public void WakeAfter(TimeSpan due) => _timer.Change(due, Timeout.InfiniteTimeSpan);

    private void Run(Action round)
    {
        while (true)
        {
            Sleep();
            if (_isStopping)
            {
                return;
            }
            try
            {
                round();
            }
            catch (Exception e)
            {
                // Nobody else does this work: whatever it was, it is tried again.
                _logger.WorkerFailed(_name, e);
                WakeAfter(RetryAfter);
            }
        }
    }

    private void Sleep()
    {
        lock (_sleeping)
        {
            // A round that rests within may have taken the wake-up of the stop.
            while (!_isWoken && !_isStopping)
            {
                Monitor.Wait(_sleeping);
            }
            _isWoken = false;
        }
    }

    /// <summary>Sleeps until woken, for a time at most; whether it was woken.</summary>
    public bool Sleep(TimeSpan atMost)
    {
        lock (_sleeping)
        {
            var isWoken = _isWoken || _isStopping || Monitor.Wait(_sleeping, atMost);
            _isWoken = false;
            return isWoken;
        }
    }

    /// <summary>Has the thread end and waits for it. Not on the thread itself.</summary>
    public void Stop()
    {
        _isStopping = true;
        Wake();
        _thread?.Join();
    }

    /// <summary>Stops the thread if that is still to be done, and returns when no call of the timer is under way any more.</summary>
    public void Dispose()
    {
        _timer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Stop();
    }
}
