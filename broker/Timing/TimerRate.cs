namespace RocketMQ.Broker.Timing;

/// <summary>How often something happens: counted over the last whole second in which it did. Thread-safe.</summary>
public sealed class TimerRate(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _windowStart = time.GetTimestamp();
    private long _count;
    private long _total;
    private double _last;

    /// <summary>Times a second.</summary>
    public double PerSecond
    {
        get
        {
            Add(0);
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Times since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    public void Add(int count)
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_windowStart);
            if (elapsed >= TimeSpan.FromSeconds(1))
            {
                _last = _count / elapsed.TotalSeconds;
                _count = 0;
                _windowStart = time.GetTimestamp();
            }

            _count += count;
            _total += count;
        }
    }
}
