using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;

namespace RocketMQ.Broker.Metrics;

/// <summary>Sends figures to a collector by an exporter, or into the log every so often, as metricsExporterType says.</summary>
public sealed class MetricExport : IAsyncDisposable
{
    private readonly BrokerOptions _options;
    private readonly MetricCatalog _catalog;
    private readonly IMetricExporter? _exporter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IDisposable? _exporting;
    private PeriodicWork? _logging;

    public MetricExport(BrokerOptions options, MetricCatalog catalog, IMetricExporter? exporter, TimeProvider time, ILogger<MetricExport> logger)
    {
        _options = options;
        _catalog = catalog;
        _exporter = exporter;
        _time = time;
        _logger = logger;
    }

    public void Start()
    {
        switch (_options.MetricsExporterType)
        {
            case MetricsExporterType.OtlpGrpc when _options.MetricsGrpcExporterTarget.Length == 0:
                Log.NoExporterTarget(_logger);
                break;
            case MetricsExporterType.OtlpGrpc when _exporter is null:
                Log.NoExporter(_logger);
                break;
            case MetricsExporterType.OtlpGrpc:
                _exporting = _exporter.Start(_options, _catalog);
                Log.ExportStarted(_logger, _options.MetricsGrpcExporterTarget, _options.MetricGrpcExporterIntervalInMills);
                break;
            case MetricsExporterType.Log:
                _logging = new PeriodicWork(
                    "figures into the log", TimeSpan.FromMilliseconds(_options.MetricLoggingExporterIntervalInMills), Write, _time, _logger,
                    onceMoreAtStop: false).Start();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_logging is not null)
        {
            await _logging.DisposeAsync().ConfigureAwait(false);
        }

        if (_exporting is not null)
        {
            await Task.Run(_exporting.Dispose).ConfigureAwait(false);
        }
    }

    private ValueTask Write()
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            Log.Figures(_logger, PrometheusText.Write(_catalog.Collect(), _catalog.Labels, _options.MetricsPromUnitSuffix));
        }

        return default;
    }
}
