namespace RocketMQ.Broker.Metrics;

/// <summary>Counts values by range. Any thread; nothing is allocated and nothing waits.</summary>
public sealed class Histogram
{
    private readonly double[] _shownBounds;
    private readonly long[] _bounds;
    private readonly long[] _counts;
    private readonly double _scale;
    private long _sum;

    /// <param name="bounds">Upper bounds, included, in the unit that is shown; in order.</param>
    /// <param name="scale">What <see cref="Record"/> is given for one of that unit.</param>
    public Histogram(IReadOnlyList<double> bounds, double scale = 1)
    {
        _shownBounds = [.. bounds];
        _bounds = [.. bounds.Select(b => (long)(b * scale))];
        _counts = new long[bounds.Count + 1];
        _scale = scale;
    }

    public HistogramValue Value => new(_shownBounds, [.. _counts], Interlocked.Read(ref _sum) / _scale);

    public void Record(long value)
    {
        Interlocked.Increment(ref _counts[RangeOf(value)]);
        Interlocked.Add(ref _sum, value);
    }

    /// <summary>From one thread at a time, which spares the atomic additions.</summary>
    public void RecordAlone(long value)
    {
        ref var count = ref _counts[RangeOf(value)];
        Volatile.Write(ref count, count + 1);
        Volatile.Write(ref _sum, _sum + value);
    }

    private int RangeOf(long value)
    {
        var i = 0;
        while (i < _bounds.Length && value > _bounds[i])
        {
            i++;
        }

        return i;
    }
}
