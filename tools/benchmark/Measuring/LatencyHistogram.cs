using System.Numerics;

namespace RocketMQ.Benchmark.Measuring;

/// <summary>
/// Durations in log-linear buckets: each power of two is divided into 128, so that a percentile is exact to under 1 %. Minimum, maximum
/// and mean are exact. Recording costs a few instructions and no memory; one writer at a time, readers beside it see a recent state.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;

    /// <summary>Longer ones, over 18 minutes, count as this long.</summary>
    private const long LargestNs = (1L << 40) - 1;

    private readonly long[] _counts = new long[IndexOf(LargestNs) + 1];
    private long _totalNs;

    public long Count { get; private set; }

    public long MaxNs { get; private set; }

    public double MeanNs => Count == 0 ? 0 : (double)_totalNs / Count;

    public void Record(TimeSpan duration) => Record((long)duration.TotalNanoseconds);

    public void Record(long durationNs)
    {
        var value = Math.Clamp(durationNs, 0, LargestNs);
        _counts[IndexOf(value)]++;
        Count++;
        _totalNs += value;
        MaxNs = Math.Max(MaxNs, value);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        _totalNs += other._totalNs;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The duration that this part of all did not exceed, in ns; 0 when nothing was recorded.</summary>
    /// <param name="part">0 to 1: 0.99 is the 99th percentile.</param>
    public long PercentileNs(double part)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return Math.Min(LargestIn(i), MaxNs);
            }
        }

        return MaxNs;
    }

    private static int IndexOf(long value)
    {
        if (value < 2 * SubBuckets)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)(value >> shift) - SubBuckets;
    }

    private static long LargestIn(int index)
    {
        if (index < 2 * SubBuckets)
        {
            return index;
        }

        var shift = (index >> SubBits) - 1;
        return ((SubBuckets + (index & (SubBuckets - 1)) + 1L) << shift) - 1;
    }
}
