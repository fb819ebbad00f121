using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RocketMQ.Broker.Configuration;

namespace RocketMQ.Broker.Metrics;

/// <summary>
/// Sends figures to a collector by OTLP, or into the log, every so often. Each metric becomes an observable instrument over the catalog;
/// a histogram becomes three counters, <c>_bucket</c> (with label <c>le</c>), <c>_sum</c> and <c>_count</c>, because an observable one does not exist.
/// </summary>
public sealed class MetricExport : IAsyncDisposable
{
    /// <summary>Apache's name of the instrumentation scope.</summary>
    private const string MeterName = "broker-meter";

    private readonly BrokerOptions _options;
    private readonly MetricCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Meter? _meter;
    private MeterProvider? _provider;
    private PeriodicWork? _logging;

    public MetricExport(BrokerOptions options, MetricCatalog catalog, TimeProvider time, ILogger<MetricExport> logger)
    {
        _options = options;
        _catalog = catalog;
        _time = time;
        _logger = logger;
    }

    public void Start()
    {
        switch (_options.MetricsExporterType)
        {
            case MetricsExporterType.OtlpGrpc when _options.MetricsGrpcExporterTarget.Length > 0:
                StartOtlp();
                break;
            case MetricsExporterType.OtlpGrpc:
                Log.NoExporterTarget(_logger);
                break;
            case MetricsExporterType.Log:
                _logging = new PeriodicWork(
                    "figures into the log", TimeSpan.FromMilliseconds(_options.MetricLoggingExporterIntervalInMills), Write, _time, _logger,
                    onceMoreAtStop: false);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_logging is not null)
        {
            await _logging.DisposeAsync().ConfigureAwait(false);
        }

        // Disposal exports once more, and may wait for the collector.
        if (_provider is not null)
        {
            await Task.Run(_provider.Dispose).ConfigureAwait(false);
        }

        _meter?.Dispose();
    }

    private ValueTask Write()
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            Log.Figures(_logger, PrometheusText.Write(_catalog.Collect(), _catalog.Labels, _options.MetricsPromUnitSuffix));
        }

        return default;
    }

    private void StartOtlp()
    {
        _meter = new Meter(MeterName);
        foreach (var family in _catalog.Collect().Families)
        {
            AddInstruments(_meter, family);
        }

        var target = _options.MetricsGrpcExporterTarget;
        var exporter = new OtlpMetricExporter(new OtlpExporterOptions
        {
            Endpoint = new Uri(target.StartsWith("http", StringComparison.Ordinal) ? target : "https://" + target),
            Protocol = OtlpExportProtocol.Grpc,
            TimeoutMilliseconds = _options.MetricGrpcExporterTimeOutInMills,
            Headers = string.Join(',', MetricCatalog.Pairs(_options.MetricsGrpcExporterHeader).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")),
        });
        var reader = new PeriodicExportingMetricReader(exporter, _options.MetricGrpcExporterIntervalInMills, _options.MetricGrpcExporterTimeOutInMills)
        {
            TemporalityPreference = _options.MetricsInDelta ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.Cumulative,
        };
        var limit = new MetricStreamConfiguration { CardinalityLimit = Math.Max(1, _options.MetricsOtelCardinalityLimit) };
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty())
            .AddMeter(MeterName)
            .AddView("*", limit)
            .AddReader(reader)
            .Build();
        Log.ExportStarted(_logger, target, _options.MetricGrpcExporterIntervalInMills);
    }

    private void AddInstruments(Meter meter, MetricFamily family)
    {
        var unit = family.Unit.Length > 0 ? family.Unit : null;
        var name = family.Name;
        switch (family.Type)
        {
            case MetricType.Gauge:
                meter.CreateObservableGauge(name, () => Observe(name, s => [Measurement(s, s.Value)]), unit, family.Help);
                break;
            case MetricType.Counter:
                meter.CreateObservableCounter(name, () => Observe(name, s => [Measurement(s, s.Value)]), unit, family.Help);
                break;
            default:
                meter.CreateObservableCounter(name + "_bucket", () => Observe(name, Buckets), unit, family.Help);
                meter.CreateObservableCounter(name + "_sum", () => Observe(name, s => [Measurement(s, s.Histogram!.Sum)]), unit, family.Help);
                meter.CreateObservableCounter(name + "_count", () => Observe(name, s => [Measurement(s, s.Histogram!.Count)]), unit, family.Help);
                break;
        }
    }

    private IEnumerable<Measurement<double>> Observe(string name, Func<MetricSample, IEnumerable<Measurement<double>>> measure) =>
        _catalog.Recent().Find(name)?.Samples.SelectMany(measure) ?? [];

    private IEnumerable<Measurement<double>> Buckets(MetricSample sample) =>
        PrometheusText.Cumulative(sample.Histogram!).Select(b => Measurement(sample, b.Count, new KeyValuePair<string, object?>("le", b.Bound)));

    private Measurement<double> Measurement(in MetricSample sample, double value, params KeyValuePair<string, object?>[] more) => new(
        value,
        [.. _catalog.Labels.Concat(sample.Labels).Select(l => KeyValuePair.Create(l.Key, (object?)l.Value)), .. more]);
}
