using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Metrics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>Asks a broker's HTTP endpoint, as a monitoring system does.</summary>
internal sealed partial class Probe(TestBroker broker) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{broker.Server.ProbeEndPoint}") };

    /// <summary>A broker whose endpoint listens on a free port.</summary>
    public static Task<TestBroker> StartBrokerAsync(
        Func<BrokerOptions, BrokerOptions>? configure = null,
        Func<StoreOptions, StoreOptions>? configureStore = null, TimeProvider? time = null, Store.Files.IStoreFileSystem? files = null) =>
        TestBroker.StartAsync(
            o => (configure ?? (x => x))(o with { HealthEnable = true, MetricsExporterType = MetricsExporterType.Prom, MetricsPromExporterPort = 0 }),
            configureStore, time, files: files);

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetJsonAsync(string path)
    {
        var (status, body) = await GetAsync(path);
        return (status, JsonDocument.Parse(body).RootElement);
    }

    /// <summary>All series: name, labels, value. Fails on a line that is not in Prometheus' format.</summary>
    public async Task<List<(string Name, Dictionary<string, string> Labels, double Value)>> MetricsAsync()
    {
        var (status, text) = await GetAsync("/metrics");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), text);
        var series = new List<(string, Dictionary<string, string>, double)>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var match = Series().Match(line);
            Assert.That(match.Success, line);
            var labels = Label().Matches(match.Groups[2].Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
            series.Add((match.Groups[1].Value, labels, double.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture)));
        }

        return series;
    }

    /// <summary>The value of the one series with these labels among its own.</summary>
    public async Task<double?> ValueAsync(string name, params (string Name, string Value)[] labels)
    {
        var found = (await MetricsAsync()).Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).ToList();
        Assert.That(found, Has.Count.AtMost(1), name);
        return found.Count == 0 ? null : found[0].Value;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (\S+)$""")]
    private static partial Regex Series();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?""")]
    private static partial Regex Label();
}
