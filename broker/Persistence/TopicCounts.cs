using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Persistence;

/// <summary>How many messages of a kind wait for each topic, with the time of each count's last change, as Apache's metrics files hold it.</summary>
/// <param name="time">The clock.</param>
/// <param name="counts">What a file said.</param>
/// <param name="version">What a file said.</param>
public sealed class TopicCounts(TimeProvider time, Dictionary<string, TimerMetric>? counts, DataVersion? version)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _departed = new(StringComparer.Ordinal);
    private Dictionary<string, TimerMetric> _counts = counts ?? [];
    private DataVersion _version = version ?? new DataVersion();

    public void Add(string topic, int change)
    {
        var nowMs = NowMs;
        lock (_lock)
        {
            if (change < 0 && _departed.GetValueOrDefault(topic) is > 0 and var departed)
            {
                _departed[topic] = departed + change;
                return;
            }

            var count = (_counts.GetValueOrDefault(topic)?.Count ?? 0) + change;
            _counts[topic] = new TimerMetric { Count = count, TimeStamp = nowMs };
            _version = _version.Next(nowMs);
        }
    }

    /// <summary>The topic is deleted. What waits for it still ends some time, which a new topic of its name must not be charged for.</summary>
    public void Remove(string topic)
    {
        lock (_lock)
        {
            if (_counts.Remove(topic, out var removed) && removed.Count > 0)
            {
                _departed[topic] = _departed.GetValueOrDefault(topic) + removed.Count;
            }
        }
    }

    /// <summary>Corrects the counts to what is there: one for each entry, none for topics without.</summary>
    public void Recount(IEnumerable<string> waiting) => Recount(waiting.CountBy(topic => topic).ToDictionary());

    /// <summary>Corrects the counts to what is there, none for topics without.</summary>
    public void Recount(IReadOnlyDictionary<string, int> there)
    {
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

    /// <summary>Counts as another broker does.</summary>
    public void Follow(IReadOnlyDictionary<string, TimerMetric> counts, DataVersion version)
    {
        lock (_lock)
        {
            _counts = new Dictionary<string, TimerMetric>(counts);
            _version = version;
            _departed.Clear();
        }
    }

    public DataVersion Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Whether the counts can be right when so many wait in all.</summary>
    public bool AddUpTo(long total)
    {
        lock (_lock)
        {
            return _counts.Values.All(count => count.Count >= 0) && _counts.Values.Sum(count => count.Count) == total;
        }
    }

    public (DataVersion Version, Dictionary<string, TimerMetric> Counts) Snapshot()
    {
        lock (_lock)
        {
            // What takes back comes before what it takes back is found, or not found.
            return (_version, _counts.ToDictionary(count => count.Key, count => count.Value.Count < 0 ? count.Value with { Count = 0 } : count.Value));
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private TimerMetric Recounted(string topic, int count, long nowMs) =>
        _counts.GetValueOrDefault(topic) is { } known && known.Count == count ? known : new TimerMetric { Count = count, TimeStamp = nowMs };
}
