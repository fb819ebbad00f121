using System.Diagnostics;
using System.Globalization;
using System.Net;
using RocketMQ.Hostile.Tests.Attacks;
using RocketMQ.TestSupport;

namespace RocketMQ.Hostile.Tests;

/// <summary>
/// Hostile clients beside one that only wants to work: its sends are answered, its messages arrive, and the host stays small. Each attack has its
/// few seconds; with the environment's HOSTILE_MINUTES=5 all go on together for so long, and resident memory and latencies are printed.
/// </summary>
[NonParallelizable]
public class HostileClientsTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    /// <summary>A machine that runs other tests beside this one is slow; one that is kept from its work is slower.</summary>
    private const double MaxP99Ms = 1500;

    /// <summary>All attacks together want more cores than there are, and their sends take what they get: nobody may be kept out altogether.</summary>
    private const double MaxP99OfAllMs = 10_000;

    /// <summary>MiB above what the host had before the attack.</summary>
    private const long MaxGrowth = 700;

    private static readonly IAttack[] Attacks =
    [
        new MalformedFrames(), new StrangeFields(), new HostileNames(), new CollidingKeys(), new SlowReader(), new HalfOpen(), new ConnectionFlood(),
        new HeartbeatFlood(), new UnknownCodes(), new CostlyFilters(), new Lockers(), new Impostors(),
    ];

    private StandaloneHost _host = null!;
    private Target _target = null!;
    private GoodClient _good = null!;

    public static IEnumerable<TestCaseData> OneByOne() => Attacks.Select(attack => new TestCaseData(attack).SetArgDisplayNames(attack.GetType().Name));

    [OneTimeSetUp]
    public void MakeThreads() => ThreadPool.SetMinThreads(64, 64);

    [SetUp]
    public async Task StartAsync()
    {
        _host = await StandaloneHost.StartNewAsync("metricsPromExporterPort=0");
        _target = new Target(IPEndPoint.Parse(_host.Broker), IPEndPoint.Parse(_host.NameServer));
        _good = new GoodClient(_host.NameServer);
        await _good.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _good.DisposeAsync();
        await _host.DisposeAsync();
    }

    [TestCaseSource(nameof(OneByOne))]
    public async Task A_well_behaved_client_works_on_beside(object attack) => await RunAsync([(IAttack)attack], Short);

    [Test]
    public async Task A_well_behaved_client_works_on_beside_all_of_them()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("HOSTILE_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        await RunAsync(Attacks, minutes > 0 ? TimeSpan.FromMinutes(minutes) : Short, isReported: minutes > 0);
    }

    private async Task RunAsync(IAttack[] attacks, TimeSpan time, bool isReported = false)
    {
        var before = ResidentMemory.Of(_host.ProcessId);
        var highest = before;
        using var over = new CancellationTokenSource(time);
        var running = Task.WhenAll(attacks.Select(attack => Task.Run(() => UntilOverAsync(attack, over.Token))));
        for (var watch = Stopwatch.StartNew(); !running.IsCompleted;)
        {
            await Task.WhenAny(running, Task.Delay(isReported ? 10_000 : 200));
            Assert.That(_host.IsRunning, $"the host ended; it printed:\n{_host.Output}");
            var now = ResidentMemory.Of(_host.ProcessId);
            highest = Math.Max(highest, now);
            if (isReported)
            {
                await TestContext.Progress.WriteLineAsync(
                    $"{watch.Elapsed.TotalSeconds,5:0} s  resident {now,5} MiB  sent {_good.Sent,6}  p50 {_good.LatencyMs(0.5):0.0} ms  p99 {_good.LatencyMs(0.99):0.0} ms  failed {_good.Failures.Count}");
            }
        }

        await running;
        await _good.FinishAsync(TimeSpan.FromSeconds(20));
        await TestContext.Out.WriteLineAsync(
            $"resident {before} MiB before, {highest} MiB at most; sent {_good.Sent}, p50 {_good.LatencyMs(0.5):0.0} ms, p99 {_good.LatencyMs(0.99):0.0} ms, at most {_good.LatencyMs(1):0.0} ms");
        Assert.Multiple(() =>
        {
            Assert.That(_good.Failures, Is.Empty, "sends that failed");
            Assert.That(_good.Sent, Is.Positive);
            Assert.That(_good.Missing, Is.Zero, "messages that did not arrive");
            Assert.That(_good.LatencyMs(0.99), Is.LessThan(attacks.Length > 1 ? MaxP99OfAllMs : MaxP99Ms), "p99 of sends, ms");
            Assert.That(highest - before, Is.LessThan(MaxGrowth), "growth of resident memory, MiB");
        });
        await _host.StopAsync();
    }

    private async Task UntilOverAsync(IAttack attack, CancellationToken over)
    {
        try
        {
            await attack.RunAsync(_target, over);
        }
        catch (OperationCanceledException)
        {
            // Its time is over.
        }
    }
}
