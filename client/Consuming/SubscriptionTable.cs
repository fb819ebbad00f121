using System.Collections.Concurrent;

namespace RocketMQ.Client.Consuming;

/// <summary>What a consumer subscribes to, by topic.</summary>
internal sealed class SubscriptionTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SubscriptionData> _subscriptions = new(StringComparer.Ordinal);

    public IEnumerable<string> Topics => _subscriptions.Keys;

    public HashSet<SubscriptionData> All => [.. _subscriptions.Values];

    public void Put(string topic, FilterExpression filter) =>
        _subscriptions[topic] = filter.ToSubscription(topic, time.GetUtcNow().ToUnixTimeMilliseconds());

    public void Remove(string topic) => _subscriptions.TryRemove(topic, out _);

    public SubscriptionData? Find(string topic) => _subscriptions.GetValueOrDefault(topic);
}
