using System.Collections.Concurrent;

namespace RocketMQ.Client.Consuming;

/// <summary>How many messages of each topic were consumed in the last minute, how many failed, and how long their handlers took.</summary>
internal sealed class ConsumeMeter(TimeProvider time)
{
    private const int Buckets = 6;
    private static readonly TimeSpan BucketTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Meter> _meters = new(StringComparer.Ordinal);

    public void Count(string topic, bool success, TimeSpan duration) =>
        _meters.GetOrAdd(topic, static _ => new Meter()).Count(BucketNow(), success, duration);

    public Dictionary<string, ConsumeStatus> Status() =>
        _meters.ToDictionary(m => m.Key, m => m.Value.Status(BucketNow()), StringComparer.Ordinal);

    private long BucketNow() => time.GetUtcNow().UtcTicks / BucketTime.Ticks;

    private sealed class Meter
    {
        private readonly Lock _lock = new();
        private readonly Bucket[] _buckets = [.. Enumerable.Range(0, Buckets).Select(_ => new Bucket())];
        private long _failedEver;

        public void Count(long now, bool success, TimeSpan duration)
        {
            lock (_lock)
            {
                var bucket = _buckets[now % Buckets];
                if (bucket.Number != now)
                {
                    (bucket.Number, bucket.Succeeded, bucket.Failed, bucket.TotalMs) = (now, 0, 0, 0);
                }

                bucket.Succeeded += success ? 1 : 0;
                bucket.Failed += success ? 0 : 1;
                bucket.TotalMs += duration.TotalMilliseconds;
                _failedEver += success ? 0 : 1;
            }
        }

        public ConsumeStatus Status(long now)
        {
            lock (_lock)
            {
                var recent = _buckets.Where(b => b.Number > now - Buckets).ToList();
                var succeeded = recent.Sum(b => b.Succeeded);
                var failed = recent.Sum(b => b.Failed);
                var seconds = Buckets * BucketTime.TotalSeconds;
                return new ConsumeStatus
                {
                    ConsumeOkTps = succeeded / seconds,
                    ConsumeFailedTps = failed / seconds,
                    ConsumeFailedMsgs = _failedEver,
                    ConsumeRt = succeeded + failed == 0 ? 0 : recent.Sum(b => b.TotalMs) / (succeeded + failed),
                };
            }
        }

        private sealed class Bucket
        {
            public long Number { get; set; } = -1;

            public long Succeeded { get; set; }

            public long Failed { get; set; }

            public double TotalMs { get; set; }
        }
    }
}
