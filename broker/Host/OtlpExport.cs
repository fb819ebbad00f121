using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Metrics;
using MetricType = RocketMQ.Broker.Metrics.MetricType;

namespace RocketMQ.Broker.Host;

/// <summary>
/// Sends figures to a collector by OTLP. Each metric becomes an observable instrument over the catalog; a histogram becomes three counters,
/// <c>_bucket</c> (with label <c>le</c>), <c>_sum</c> and <c>_count</c>, because an observable one does not exist.
/// </summary>
public sealed class OtlpExport : IMetricExporter
{
    /// <summary>Apache's name of the instrumentation scope.</summary>
    private const string MeterName = "broker-meter";

    public IDisposable Start(BrokerOptions options, MetricCatalog catalog) => new Export(options, catalog);

    private sealed class Export : IDisposable
    {
        private readonly MetricCatalog _catalog;
        private readonly Meter _meter = new(MeterName);
        private readonly MeterProvider _provider;

        public Export(BrokerOptions options, MetricCatalog catalog)
        {
            _catalog = catalog;
            foreach (var family in catalog.Collect().Families)
            {
                AddInstruments(family);
            }

            _provider = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(ResourceBuilder.CreateEmpty())
                .AddMeter(MeterName)
                .AddView("*", new MetricStreamConfiguration { CardinalityLimit = Math.Max(1, options.MetricsOtelCardinalityLimit) })
                .AddReader(Reader(options))
                .Build();
        }

        public void Dispose()
        {
            _provider.Dispose();
            _meter.Dispose();
        }

        private static PeriodicExportingMetricReader Reader(BrokerOptions options)
        {
            var target = options.MetricsGrpcExporterTarget;
            var exporter = new OtlpMetricExporter(new OtlpExporterOptions
            {
                Endpoint = new Uri(target.StartsWith("http", StringComparison.Ordinal) ? target : "https://" + target),
                Protocol = OtlpExportProtocol.Grpc,
                TimeoutMilliseconds = options.MetricGrpcExporterTimeOutInMills,
                Headers = string.Join(',', MetricCatalog.Pairs(options.MetricsGrpcExporterHeader).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")),
            });
            return new PeriodicExportingMetricReader(exporter, options.MetricGrpcExporterIntervalInMills, options.MetricGrpcExporterTimeOutInMills)
            {
                TemporalityPreference = options.MetricsInDelta ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.Cumulative,
            };
        }

        private void AddInstruments(MetricFamily family)
        {
            var unit = family.Unit.Length > 0 ? family.Unit : null;
            var name = family.Name;
            switch (family.Type)
            {
                case MetricType.Gauge:
                    _meter.CreateObservableGauge(name, () => Observe(name, s => [Measurement(s, s.Value)]), unit, family.Help);
                    break;
                case MetricType.Counter:
                    _meter.CreateObservableCounter(name, () => Observe(name, s => [Measurement(s, s.Value)]), unit, family.Help);
                    break;
                default:
                    _meter.CreateObservableCounter(name + "_bucket", () => Observe(name, Buckets), unit, family.Help);
                    _meter.CreateObservableCounter(name + "_sum", () => Observe(name, s => [Measurement(s, s.Histogram!.Sum)]), unit, family.Help);
                    _meter.CreateObservableCounter(name + "_count", () => Observe(name, s => [Measurement(s, s.Histogram!.Count)]), unit, family.Help);
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
}
