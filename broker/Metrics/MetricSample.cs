

namespace RocketMQ.Broker.Metrics;

/// <summary>One series of a metric: its labels beside the broker's own, and its number, or its histogram.</summary>
public readonly record struct MetricSample(KeyValuePair<string, string>[] Labels, double Value, HistogramValue? Histogram);
