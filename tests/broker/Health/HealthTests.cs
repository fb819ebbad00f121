using System.Net;
using System.Net.Sockets;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Health;

public class HealthTests
{
    [Test]
    public async Task A_broker_that_serves_is_alive_and_ready()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);

        var live = await probe.GetJsonAsync("/health/live");
        var ready = await probe.GetJsonAsync("/health/ready");
        Assert.Multiple(() =>
        {
            Assert.That(live.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(ready.Status, Is.EqualTo(HttpStatusCode.OK), ready.Body.ToString());
            Assert.That(ready.Body.GetProperty("status").GetString(), Is.EqualTo("UP"));
            Assert.That(
                ready.Body.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString()),
                Is.SupersetOf(new[] { "store.writable", "store.disk", "store.flush", "store.dispatch", "nameserver", "tasks", "delays", "timers" }));
            Assert.That(broker.Server.ProbeEndPoint!.Address, Is.EqualTo(IPAddress.Loopback));
        });
    }

    [Test]
    public async Task A_broker_that_no_name_server_knows_is_alive_but_not_ready_and_says_why()
    {
        var nowhere = $"127.0.0.1:{FreePort()}";
        await using var broker = await Probe.StartBrokerAsync(o => o with { NamesrvAddr = nowhere });
        using var probe = new Probe(broker);

        var live = await probe.GetAsync("/health/live");
        var ready = await probe.GetJsonAsync("/health/ready");
        Assert.Multiple(() =>
        {
            Assert.That(live.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(ready.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(ready.Body.GetProperty("reasons")[0].GetString(), Does.StartWith("nameserver: ").And.Contain(nowhere));
        });
    }

    [Test]
    public async Task A_taken_port_does_not_keep_the_broker_from_serving()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var broker = await Probe.StartBrokerAsync(o => o with { MetricsPromExporterPort = ((IPEndPoint)other.LocalEndpoint).Port });

        var sent = await broker.SendAsync("orders", "hello"u8.ToArray());
        Assert.Multiple(() =>
        {
            Assert.That(broker.Server.ProbeEndPoint, Is.Null);
            Assert.That(sent.Code, Is.Zero, sent.Remark);
        });
    }

    [Test]
    public async Task Health_can_be_had_without_figures_and_figures_without_health()
    {
        await using var broker = await Probe.StartBrokerAsync(o => o with { MetricsExporterType = Broker.Metrics.MetricsExporterType.Disable });
        await using var other = await Probe.StartBrokerAsync(o => o with { HealthEnable = false });
        using var probe = new Probe(broker);
        using var otherProbe = new Probe(other);

        var statuses = new[]
        {
            (await probe.GetAsync("/health/live")).Status, (await probe.GetAsync("/metrics")).Status,
            (await otherProbe.GetAsync("/health/live")).Status, (await otherProbe.GetAsync("/metrics")).Status,
        };
        Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK }));
    }

    [Test]
    public void What_is_behind_and_moves_is_not_stuck()
    {
        var clock = new VirtualTimeProvider();
        var watch = new Broker.Health.StallWatch(clock);
        Assert.That(watch.Look(10, 20), Is.EqualTo(TimeSpan.Zero), "the first look knows nothing");
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That(watch.Look(11, 20), Is.EqualTo(TimeSpan.Zero), "it moved");
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That(watch.Look(11, 20), Is.EqualTo(TimeSpan.FromSeconds(60)), "it did not");
        Assert.That(watch.Look(20, 20), Is.EqualTo(TimeSpan.Zero), "it arrived");
    }

    [Test]
    public async Task A_broker_whose_disk_is_full_is_alive_but_not_ready()
    {
        var disk = new CrowdedDisk();
        await using var broker = await Probe.StartBrokerAsync(configureStore: s => s with { CleanResourceInterval = 50 }, files: disk);
        using var probe = new Probe(broker);
        disk.Space = new Store.Files.DiskSpace(1000, 950, 50);

        var ready = await Eventually.GetAsync(
            async () => await probe.GetJsonAsync("/health/ready") is { Status: HttpStatusCode.ServiceUnavailable } answer ? answer.Body.ToString() : null, "503");
        Assert.Multiple(async () =>
        {
            Assert.That(ready, Does.Contain("store.disk: 95").And.Contain("diskSpaceWarningLevelRatio"));
            Assert.That((await probe.GetAsync("/health/live")).Status, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Anything_but_reading_is_refused()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var http = new HttpClient();
        using var posted = await http.PostAsync(new Uri($"http://{broker.Server.ProbeEndPoint}/health/live"), null);
        using var nowhere = await http.GetAsync(new Uri($"http://{broker.Server.ProbeEndPoint}/etc"));
        Assert.That((posted.StatusCode, nowhere.StatusCode), Is.EqualTo((HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound)));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
