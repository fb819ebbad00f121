using System.CommandLine;
using System.Text.Json;
using RocketMQ.Benchmark;
using RocketMQ.TestSupport;

namespace RocketMQ.Tools.Tests.Benchmark;

/// <summary>A short run of each mode against a real host: what it prints is not looked at, what it writes with --out is.</summary>
public class BenchmarkModesTests
{
    private StandaloneHost _host = null!;
    private TestFolder _folder = null!;

    [OneTimeSetUp]
    public async Task StartHost()
    {
        _host = await StandaloneHost.StartNewAsync("mappedFileSizeCommitLog=16777216", "transactionCheckInterval=60000");
        _folder = new TestFolder();
    }

    [OneTimeTearDown]
    public async Task StopHost()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase("producer -w 4 -s 100 -k true -p 20 -l 3 -q 200 -ri 50")]
    [TestCase("producer --in-flight 8 -q 200 --warmup 10")]
    [TestCase("producer -y true -w 8 -q 200 -c true -ch 64")]
    [TestCase("producer --in-flight 8 -q 200 --topics 5 --idle-connections 10 -t Scaled")]
    [TestCase("producer -w 4 -q 200 -m true -l 2 -k true")]
    [TestCase("producer -y true -w 8 -q 200 -a true -ak someone -sk theirKey -c true -ct ZLIB -cl 9 -ch 64 --topics 2")]
    [TestCase("batchproducer -w 2 -b 10 -q 200 -k true -l 2 -p 5 -c true -ct zlib")]
    [TestCase("tproducer -w 2 -s 64 -q 200 -sr 0.2 -b 4711 -m true")]
    [TestCase("e2e --rate 500 -q 200 -t EndToEnd")]
    [TestCase("drain --fill 500 -q 200 -t Drained")]
    public async Task A_run_completes_as_many_messages_as_asked_for(string flags)
    {
        var report = await RunAsync(flags.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("messages").GetInt64(), Is.InRange(200, 231));
            Assert.That(report.GetProperty("failures").GetInt64(), Is.Zero);
            Assert.That(report.GetProperty("latencyMs").GetProperty("p50").GetDouble(), Is.GreaterThan(0));
            Assert.That(report.GetProperty("brokerCpu").GetProperty("residentMiB").GetDouble(), Is.GreaterThan(1));
        });
    }

    [Test]
    public async Task A_consumer_hears_what_was_sent()
    {
        await RunAsync("producer", "-w", "2", "-q", "100", "-t", "Consumed");
        var report = await RunAsync("consumer", "-t", "Consumed", "-p", "true", "-q", "100");
        Assert.That(report.GetProperty("messages").GetInt64(), Is.EqualTo(100));
    }

    [Test]
    public async Task A_run_ends_when_its_time_is_over()
    {
        var report = await RunAsync("producer", "--in-flight", "4", "--seconds", "0.3");
        Assert.That(report.GetProperty("seconds").GetDouble(), Is.InRange(0.25, 5));
    }

    [Test]
    public async Task Idleness_is_watched_with_a_producer_and_a_consumer()
    {
        var report = await RunAsync("idle", "--seconds", "0.5");
        Assert.That(report.GetProperty("figures").GetProperty("residentMiB").GetDouble(), Is.GreaterThan(1));
    }

    [TestCase("--in-flight 8 -q 5000")]
    [TestCase("--in-flight 1 -q 500 --reply 300000")]
    public async Task The_floor_is_what_it_costs_to_answer_and_nothing_else(string flags)
    {
        var file = _folder.File("floor.json");
        Assert.That(await InvokeAsync(["floor", .. flags.Split(' '), "--out", file]), Is.Zero);
        var figures = Read(file).GetProperty("figures");
        Assert.That(figures.GetProperty("cpuMicrosPerRequest").GetDouble(), Is.InRange(0.05, 10_000));
        Assert.That(figures.GetProperty("requestsPerReceive").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_floor_of_nothing_is_refused() => Assert.That(await InvokeAsync(["floor", "--in-flight", "0"]), Is.EqualTo(2));

    [Test]
    public async Task Two_brokers_are_compared_in_turns()
    {
        var file = _folder.File("compare.json");
        var broker = $"{_host.NameServer},{_host.ProcessId}";
        Assert.That(
            await InvokeAsync(["compare", "-a", broker, "-b", broker, "--rounds", "2", "--out", file, "--", "producer", "--in-flight", "4", "-q", "100"]), Is.Zero);
        var figures = Read(file).GetProperty("figures");
        Assert.That(figures.GetProperty("latencyMs.p50.ratio").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_store_is_measured_beside_the_limits_of_the_machine()
    {
        var file = _folder.File("store.json");
        Assert.That(
            await InvokeAsync(["store", "-s", "128", "1024", "--bytes", "2000000", "--rounds", "1", "--dir", _folder.Path, "--out", file]), Is.Zero);
        var figures = Read(file).GetProperty("figures");
        Assert.Multiple(() =>
        {
            Assert.That(figures.GetProperty("appendPercentOfMappedWrite.1024B").GetDouble(), Is.GreaterThan(0));
            Assert.That(figures.GetProperty("readsPerSecond.128B").GetDouble(), Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task A_start_is_measured_to_its_first_message()
    {
        var file = _folder.File("start.json");
        var ports = BrokerPorts.Find();
        string[] command =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "RocketMQ.Standalone.dll"), "--namesrv-port", $"{ports.NameServer}",
            "--broker-port", $"{ports.Broker}", "--store", _folder.File("start-{run}"),
        ];
        Assert.That(await InvokeAsync(["start", "--broker", $"127.0.0.1:{ports.Broker}", "--runs", "1", "--out", file, "--", .. command]), Is.Zero);
        Assert.That(Read(file).GetProperty("latencyMs").GetProperty("max").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_broker_that_is_not_there_is_named()
    {
        var error = new StringWriter();
        var code = await InvokeAsync(["producer", "-n", "127.0.0.1:1", "-q", "1"], error);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(error.ToString(), Does.Contain("127.0.0.1:1"));
        });
    }

    [Test]
    public async Task An_unknown_flag_is_refused() =>
        Assert.That(await InvokeAsync(["producer", "--no-such-flag"], new StringWriter()), Is.Not.Zero);

    private async Task<JsonElement> RunAsync(params string[] flags)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.json");
        string[] place = flags[0] == "idle" || flags.Contains("-t") ? [] : ["-t", "BenchmarkTest"];
        var error = new StringWriter();
        var code = await InvokeAsync([.. flags, .. place, "-n", _host.NameServer, "--pid", $"{_host.ProcessId}", "--out", file], error);
        Assert.That(code, Is.Zero, () => error + (File.Exists(file) ? File.ReadAllText(file) : "no report"));
        return Read(file);
    }

    private static Task<int> InvokeAsync(string[] arguments, TextWriter? error = null) =>
        BenchmarkCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration
        {
            Output = TextWriter.Null, Error = error ?? TestContext.Error,
        });

    private static JsonElement Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return json.RootElement.Clone();
    }
}
