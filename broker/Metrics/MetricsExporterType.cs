namespace RocketMQ.Broker.Metrics;

/// <summary>Where figures go: the values of the key <c>metricsExporterType</c>.</summary>
public enum MetricsExporterType
{
    /// <summary>Nowhere.</summary>
    Disable,

    /// <summary>To a collector, by OTLP over gRPC.</summary>
    OtlpGrpc,

    /// <summary>To who asks for <c>/metrics</c>.</summary>
    Prom,

    /// <summary>Into the broker's log.</summary>
    Log,
}
