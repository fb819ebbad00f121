using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Metrics;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Probes;

namespace RocketMQ.Broker.Health;

/// <summary>
/// The broker's HTTP endpoint: <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>. It is there before the store is recovered, so that
/// a long recovery does not look dead. A broker that can't have its port serves without it: figures are worth less than messages.
/// </summary>
public sealed class BrokerProbes : IAsyncDisposable
{
    private const string Json = "application/json; charset=utf-8";

    private readonly BrokerOptions _options;
    private readonly IProbeTransport? _transport;
    private readonly ILogger _logger;
    private IProbeListener? _endpoint;
    private Task _starting = Task.CompletedTask;
    private volatile MetricCatalog? _catalog;

    public BrokerProbes(BrokerOptions options, IProbeTransport? transport, ILogger<BrokerProbes> logger)
    {
        _options = options;
        _transport = transport;
        _logger = logger;
    }

    public BrokerHealth Health { get; } = new();

    /// <summary>Where it listens; null when it does not.</summary>
    public IPEndPoint? LocalEndPoint => _endpoint?.LocalEndPoint;

    /// <summary>Begins to listen, beside whatever else the broker does to start.</summary>
    public void Start() => _starting = Task.Run(ListenAsync);

    /// <summary>Until it listens, or can't.</summary>
    public Task WaitStartedAsync() => _starting;

    /// <summary>From now on there are figures.</summary>
    public void Show(MetricCatalog catalog) => _catalog = catalog;

    public async ValueTask DisposeAsync()
    {
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ListenAsync()
    {
        if (_transport is null || (!_options.HealthEnable && _options.MetricsExporterType != MetricsExporterType.Prom))
        {
            return;
        }

        var address = _options.MetricsPromExporterHost.Length > 0 ? RemotingAddress.Resolve(_options.MetricsPromExporterHost) : IPAddress.Loopback;
        try
        {
            _endpoint = await _transport.ListenAsync(new IPEndPoint(address, _options.MetricsPromExporterPort), Serve).ConfigureAwait(false);
            Log.ProbesServed(_logger, _endpoint.LocalEndPoint);
        }
        catch (RemotingBindException e)
        {
            Log.ProbesNotServed(_logger, e.Message);
        }
    }

    private HttpReply? Serve(string path) => path switch
    {
        "/health/live" when _options.HealthEnable => Report(Health.Live()),
        "/health/ready" or "/health" when _options.HealthEnable => Report(Health.Ready()),
        "/metrics" => Metrics(),
        "/" => Text(200, "/health/live  /health/ready  /metrics\n"),
        _ => null,
    };

    private HttpReply Metrics()
    {
        if (_options.MetricsExporterType != MetricsExporterType.Prom)
        {
            return Text(404, "There are no figures here: metricsExporterType is not PROM\n");
        }

        return _catalog is { } catalog
            ? new HttpReply(
                200, PrometheusText.ContentType, Encoding.UTF8.GetBytes(PrometheusText.Write(catalog.Collect(), catalog.Labels, _options.MetricsPromUnitSuffix)))
            : Text(503, "The broker does not serve yet; /health/ready says what it does\n");
    }

    private static HttpReply Report(HealthReport report) => new(report.IsOk ? 200 : 503, Json, report.ToJson());

    private static HttpReply Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
}
