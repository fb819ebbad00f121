namespace RocketMQ.Broker.Metrics;

/// <summary>What a metric's number means.</summary>
public enum MetricType
{
    /// <summary>As it stands now.</summary>
    Gauge,

    /// <summary>All since the start; it only grows.</summary>
    Counter,

    /// <summary>How often a value fell into which range since the start.</summary>
    Histogram,
}
