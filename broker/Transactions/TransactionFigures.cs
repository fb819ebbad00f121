using System.Collections.Concurrent;
using RocketMQ.Broker.Metrics;

namespace RocketMQ.Broker.Transactions;

/// <summary>How transactions ended since the start, by the topic their messages are for. Any thread.</summary>
public sealed class TransactionFigures
{
    /// <summary>Apache's ranges of rocketmq_finish_message_latency, seconds.</summary>
    private static readonly double[] LatencyBoundsSeconds = [5, 60, 600, 3600, 43_200, 86_400];

    private readonly ConcurrentDictionary<string, Outcome> _byTopic = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, Outcome>> ByTopic => _byTopic;

    public void Committed(string topic, long ageMs)
    {
        var outcome = _byTopic.GetOrAdd(topic, static _ => new Outcome());
        outcome.Latency.Record(Math.Max(0, ageMs / 1000));
    }

    public void RolledBack(string topic) => Interlocked.Increment(ref _byTopic.GetOrAdd(topic, static _ => new Outcome()).RolledBackCount);

    /// <summary>The ends of one topic's transactions.</summary>
    public sealed class Outcome
    {
        internal long RolledBackCount;

        public long Committed => Latency.Value.Count;

        public long RolledBack => Interlocked.Read(ref RolledBackCount);

        /// <summary>From birth to commit, seconds.</summary>
        public Histogram Latency { get; } = new(LatencyBoundsSeconds);
    }
}
