using RocketMQ.Broker.Configuration;

namespace RocketMQ.Broker.Metrics;

/// <summary>Sends a broker's figures to a collector: the program around the broker brings the library for it.</summary>
public interface IMetricExporter
{
    /// <summary>Begins to send, to metricsGrpcExporterTarget every metricGrpcExporterIntervalInMills.</summary>
    /// <returns>Ends it, with a last export; that may wait for the collector.</returns>
    IDisposable Start(BrokerOptions options, MetricCatalog catalog);
}
