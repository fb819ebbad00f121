

namespace RocketMQ.Broker.Statistics;

/// <summary>What the broker took and gave per second, over spans of up to ten minutes: one sample a second.</summary>
public sealed class Throughput
{
    private const int Seconds = 600;

    private readonly Lock _lock = new();
    private readonly Sample[] _samples = new Sample[Seconds + 1];
    private int _count;

    /// <summary>What came per second in the last so many seconds, or since start if that is less long ago.</summary>
    public ThroughputRates Over(int seconds)
    {
        lock (_lock)
        {
            if (_count < 2)
            {
                return default;
            }

            var last = _samples[(_count - 1) % _samples.Length];
            var first = _samples[(_count - 1 - Math.Min(seconds, Math.Min(_count - 1, Seconds))) % _samples.Length];
            var perMs = 1000.0 / Math.Max(1, last.AtMs - first.AtMs);
            return new ThroughputRates(
                (last.Put - first.Put) * perMs, (last.Found - first.Found) * perMs, (last.Missed - first.Missed) * perMs,
                (last.Transferred - first.Transferred) * perMs);
        }
    }

    internal void TakeSample(long atMs, long put, long found, long missed, long transferred)
    {
        lock (_lock)
        {
            _samples[_count++ % _samples.Length] = new Sample(atMs, put, found, missed, transferred);
        }
    }

    private readonly record struct Sample(long AtMs, long Put, long Found, long Missed, long Transferred);
}
