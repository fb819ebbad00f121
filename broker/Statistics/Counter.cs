namespace RocketMQ.Broker.Statistics;

/// <summary>
/// Counts how often something happened and how much of it, since start and over the last minute, hour and day. Adding is two atomic
/// additions; the spans cost a sample every 10 seconds, 10 minutes and hour, taken by <see cref="BrokerStatistics"/>.
/// </summary>
public sealed class Counter
{
    private readonly Lock _lock = new();
    private readonly SampleRing _minute;
    private readonly SampleRing _hour;
    private readonly SampleRing _day;
    private long _value;
    private long _times;

    /// <param name="createdMs">Now, in ms since 1970: where spans begin until there are samples.</param>
    internal Counter(long createdMs)
    {
        var zero = new CounterSample(createdMs, 0, 0);
        _minute = new SampleRing(zero, 6);
        _hour = new SampleRing(zero, 6);
        _day = new SampleRing(zero, 24);
    }

    /// <summary>How much, since start.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>How often, since start.</summary>
    public long Times => Volatile.Read(ref _times);

    /// <summary>From any thread.</summary>
    public void Add(long value, long times = 1)
    {
        Interlocked.Add(ref _value, value);
        Interlocked.Add(ref _times, times);
    }

    /// <summary>From one thread at a time, which spares the atomic additions.</summary>
    internal void AddAlone(long value)
    {
        Volatile.Write(ref _value, _value + value);
        Volatile.Write(ref _times, _times + 1);
    }

    /// <summary>What came within a span up to now.</summary>
    public CounterRate Over(CounterSpan span, long nowMs)
    {
        lock (_lock)
        {
            return Ring(span).RateUntil(Sample(nowMs));
        }
    }

    internal void TakeSample(CounterSpan span, long nowMs)
    {
        lock (_lock)
        {
            Ring(span).Add(Sample(nowMs));
        }
    }

    private CounterSample Sample(long nowMs) => new(nowMs, Value, Times);

    private SampleRing Ring(CounterSpan span) => span switch
    {
        CounterSpan.Minute => _minute,
        CounterSpan.Hour => _hour,
        _ => _day,
    };
}
