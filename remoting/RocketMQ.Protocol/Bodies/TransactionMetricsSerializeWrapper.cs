namespace RocketMQ.Protocol.Bodies;

/// <summary><c>config/transactionMetrics</c> (5.x): the half messages that wait for their transaction's end, by topic.</summary>
public sealed record TransactionMetricsSerializeWrapper
{
    public DataVersion? DataVersion { get; init; }

    public Dictionary<string, TimerMetric> TransactionCount { get; init; } = [];
}
