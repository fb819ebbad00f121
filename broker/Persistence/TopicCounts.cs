using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Persistence;

/// <summary>How many messages of a kind wait for each topic, with the time of each count's last change, as Apache's metrics files hold it.</summary>
/// <param name="time">The clock.</param>
/// <param name="counts">What a file said.</param>
/// <param name="version">What a file said.</param>
public sealed class TopicCounts(TimeProvider time, Dictionary<string, TimerMetric>? counts, DataVersion? version)
{
    private readonly Lock _lock = new();
    private Dictionary<string, TimerMetric> _counts = counts ?? [];
    private DataVersion _version = version ?? new DataVersion();

    public void Add(string topic, int change)
    {
        var nowMs = NowMs;
        lock (_lock)
        {
            var count = (_counts.GetValueOrDefault(topic)?.Count ?? 0) + change;
            _counts[topic] = new TimerMetric { Count = count, TimeStamp = nowMs };
            _version = _version.Next(nowMs);
        }
    }

    /// <summary>The topic is deleted.</summary>
    public void Remove(string topic)
    {
        lock (_lock)
        {
            _counts.Remove(topic);
        }
    }

    /// <summary>Corrects the counts to what is there: one for each entry, none for topics without.</summary>
    public void Recount(IEnumerable<string> waiting)
    {
        var there = waiting.CountBy(topic => topic).ToDictionary();
        var nowMs = NowMs;
        lock (_lock)
        {
            var recounted = _counts.Keys.Union(there.Keys).ToDictionary(topic => topic, topic => Recounted(topic, there.GetValueOrDefault(topic), nowMs));
            if (recounted.Any(entry => !ReferenceEquals(entry.Value, _counts.GetValueOrDefault(entry.Key))))
            {
                _version = _version.Next(nowMs);
            }

            _counts = recounted;
        }
    }

    public (DataVersion Version, Dictionary<string, TimerMetric> Counts) Snapshot()
    {
        lock (_lock)
        {
            return (_version, new(_counts));
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private TimerMetric Recounted(string topic, int count, long nowMs) =>
        _counts.GetValueOrDefault(topic) is { } known && known.Count == count ? known : new TimerMetric { Count = count, TimeStamp = nowMs };
}
