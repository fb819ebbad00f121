using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Offsets;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Pulling;

/// <summary>
/// The subscriptions that pulls brought themselves, for those who ask what a group reads: such consumers need not send heartbeats. Only
/// told, never filtered by; what does not fit in is not noted.
/// </summary>
public sealed class PulledSubscriptions(BrokerOptions options, TimeProvider time)
{
    /// <summary>Most subscriptions that are noted.</summary>
    public const int MaxCount = 4096;

    /// <summary>Longest text that is noted, in characters.</summary>
    public const int MaxLength = 4096;

    private readonly ConcurrentDictionary<TopicGroup, Entry> _entries = new();

    /// <summary>Notes what a pull subscribed to; most find theirs noted.</summary>
    public void Note(string group, string topic, string? type, string? expression)
    {
        var key = new TopicGroup(topic, group);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_entries.TryGetValue(key, out var known) && known.Type == type && known.Expression == expression)
        {
            known.LastUsedMs = now;
        }
        else if (expression is null or { Length: <= MaxLength } && (known is not null || _entries.Count < MaxCount))
        {
            _entries[key] = new Entry(type, expression, now) { LastUsedMs = now };
        }
    }

    public SubscriptionData? Find(string group, string topic)
    {
        if (!_entries.TryGetValue(new TopicGroup(topic, group), out var entry))
        {
            return null;
        }

        var tags = MessageFilters.TryCreate(entry.Type, entry.Expression, out var filter, out _) ? filter as TagFilter : null;
        return new SubscriptionData
        {
            Topic = topic,
            SubString = string.IsNullOrEmpty(entry.Expression) ? TagFilter.All : entry.Expression,
            ExpressionType = string.IsNullOrEmpty(entry.Type) ? MessageFilters.Tag : entry.Type,
            TagsSet = [.. tags?.Tags ?? []],
            CodeSet = [.. tags?.Codes ?? []],
            SubVersion = entry.NotedMs,
        };
    }

    /// <summary>Forgets what nobody has pulled by for as long as the subscriptions of a group without members are kept.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (key, entry) in _entries)
        {
            if (now - entry.LastUsedMs > options.SubscriptionExpiredTimeout)
            {
                _entries.TryRemove(KeyValuePair.Create(key, entry));
            }
        }
    }

    private sealed class Entry(string? type, string? expression, long notedMs)
    {
        public string? Type { get; } = type;

        public string? Expression { get; } = expression;

        public long NotedMs { get; } = notedMs;

        public long LastUsedMs { get; set; }
    }
}
