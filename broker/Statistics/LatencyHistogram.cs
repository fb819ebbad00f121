namespace RocketMQ.Broker.Statistics;

/// <summary>How long something took, by bounds that include all those of Apache's put distribution.</summary>
public sealed class LatencyHistogram
{
    private static readonly long[] BoundsUs =
    [
        100, 200, 500, 1000, 2000, 3000, 5000, 7000, 10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000, 150_000, 200_000, 300_000,
        500_000, 700_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 10_000_000,
    ];

    private readonly long[] _counts = new long[BoundsUs.Length + 1];
    private readonly Lock _lock = new();
    private long[] _atMinute = new long[BoundsUs.Length + 1];
    private long[] _lastMinute = new long[BoundsUs.Length + 1];
    private long _sumUs;
    private long _maxUs;

    /// <summary>Upper bounds of the buckets, µs; a last bucket has none.</summary>
    public static IReadOnlyList<long> UpperBoundsUs => BoundsUs;

    /// <summary>All together since start, µs.</summary>
    public long SumUs => Volatile.Read(ref _sumUs);

    /// <summary>The longest since start, µs.</summary>
    public long MaxUs => Volatile.Read(ref _maxUs);

    /// <summary>From any thread.</summary>
    public void Add(long us)
    {
        var bucket = 0;
        while (bucket < BoundsUs.Length && us >= BoundsUs[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumUs, us);
        for (var max = MaxUs; us > max; max = MaxUs)
        {
            Interlocked.CompareExchange(ref _maxUs, us, max);
        }
    }

    /// <summary>How many since start, by bucket.</summary>
    public long[] Counts()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]);
        }

        return counts;
    }

    /// <summary>How many in the last full minute, by bucket.</summary>
    public long[] LastMinute()
    {
        lock (_lock)
        {
            return _lastMinute;
        }
    }

    /// <summary>How many of the last full minute took at least one and less than another bound, µs; both are bounds, 0 or <see cref="long.MaxValue"/>.</summary>
    public long LastMinute(long fromUs, long toUs)
    {
        var counts = LastMinute();
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            var lower = i == 0 ? 0 : BoundsUs[i - 1];
            sum += lower >= fromUs && lower < toUs ? counts[i] : 0;
        }

        return sum;
    }

    /// <summary>The time, in µs, within which a share of the last full minute's were done, interpolated within its bucket.</summary>
    public double LastMinutePercentileUs(double share)
    {
        var counts = LastMinute();
        var rank = counts.Sum() * share;
        var passed = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && passed + counts[i] >= rank)
            {
                var lower = i == 0 ? 0 : BoundsUs[i - 1];
                var upper = i < BoundsUs.Length ? BoundsUs[i] : Math.Max(MaxUs, lower);
                return lower + ((upper - lower) * (rank - passed) / counts[i]);
            }

            passed += counts[i];
        }

        return 0;
    }

    /// <summary>Begins the next minute.</summary>
    internal void EndMinute()
    {
        var now = Counts();
        lock (_lock)
        {
            _lastMinute = [.. now.Zip(_atMinute, static (count, before) => count - before)];
            _atMinute = now;
        }
    }
}
