namespace RocketMQ.Broker.Metrics;

/// <summary>Figures of one area, computed when they are asked for.</summary>
public interface IMetricSource
{
    /// <summary>Adds its metrics, each even when it has no series now. May touch files: never on a loop thread.</summary>
    void Collect(MetricSet metrics);
}
