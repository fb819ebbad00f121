using RocketMQ.Broker.Transactions;

namespace RocketMQ.Broker.Metrics;

/// <summary>Transactions that are open, and how others ended.</summary>
internal sealed class TransactionMetrics(TransactionFigures figures, OpenTransactions open) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        var half = metrics.Gauge("rocketmq_half_messages", "Half messages that wait for their producer's word");
        foreach (var (topic, count) in open.CountByTopic())
        {
            half.Add(count, ("topic", topic));
        }

        var committed = metrics.Counter("rocketmq_commit_messages_total", "Transactions committed");
        var rolledBack = metrics.Counter("rocketmq_rollback_messages_total", "Transactions rolled back");
        var latency = metrics.Histogram("rocketmq_finish_message_latency", "From the birth of a half message to its commit, seconds", "ms");
        foreach (var (topic, outcome) in figures.ByTopic)
        {
            committed.Add(outcome.Committed, ("topic", topic));
            rolledBack.Add(outcome.RolledBack, ("topic", topic));
            latency.Add(outcome.Latency.Value, ("topic", topic));
        }
    }
}
