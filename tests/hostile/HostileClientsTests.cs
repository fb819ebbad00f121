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

    /// <summary>How long the good client is alone before, twice: to get warm, and to see what this machine is like today.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Of sends beside one attack. On two quiet cores it is 5 to 80 ms, 180 beside who does not read; of some two hundred it is the longest, and a
    /// machine that runs other tests as well makes one of them wait for a second.
    /// </summary>
    private const double MaxP99Ms = 1_500;

    /// <summary>The same of the middle one, which is 1 to 3 ms: who is kept out shows here.</summary>
    private const double MaxP50Ms = 100;

    /// <summary>All attacks together want more cores than there are, and sends take what is left: single ones wait for seconds.</summary>
    private const double MaxP99OfAllMs = 5_000;

    /// <summary>What is added to either, for each ms that who is alone waits.</summary>
    private const double Slowness = 40;

    /// <summary>MiB above what the host had before the attack.</summary>
    private const long MaxGrowth = 700;

    /// <summary>The same when all go on together for minutes and fill what may be filled: see docs/limits.md.</summary>
    private const long MaxGrowthOfAll = 2_800;

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
    public async Task A_well_behaved_client_works_on_beside(object attack) => await RunAsync((IAttack)attack);

    [Test]
    public async Task A_well_behaved_client_works_on_beside_all_of_them() => await RunAsync(Attacks);

    private async Task RunAsync(params IAttack[] attacks)
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("HOSTILE_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        var (time, isReported) = (minutes > 0 ? TimeSpan.FromMinutes(minutes) : Short, minutes > 0);
        await Task.Delay(Quiet);
        _good.BeginMeasuring();
        await Task.Delay(Quiet);
        var quiet = _good.LatencyMs(0.99);
        _good.BeginMeasuring();
        var before = ResidentMemory.Of(_host.ProcessId);
        var highest = before;
        using var over = new CancellationTokenSource(time);
        var running = Task.WhenAll(attacks.Select(attack => Task.Run(() => UntilOverAsync(attack, over.Token))));
        for (var watch = Stopwatch.StartNew(); !running.IsCompleted;)
        {
            await Task.WhenAny(running, Task.Delay(isReported ? 5_000 : 200));
            Assert.That(_host.IsRunning, $"the host ended; it printed:\n{_host.Output}");
            var now = ResidentMemory.Of(_host.ProcessId);
            highest = Math.Max(highest, now);
            if (isReported)
            {
                await TestContext.Progress.WriteLineAsync(
                    $"{watch.Elapsed.TotalSeconds,5:0} s  resident {now,5} MiB  sent {_good.Sent,6}  p50 {_good.LatencyMs(0.5):0.0} ms  p99 {_good.LatencyMs(0.99):0.0} ms  at most {_good.LatencyMs(1):0.0} ms  failed {_good.Failures.Count} {_good.Failures.LastOrDefault()}");
            }
        }

        await running;
        await _good.FinishAsync(TimeSpan.FromSeconds(20));
        await TestContext.Out.WriteLineAsync(
            $"resident {before} MiB before, {highest} MiB at most; sent {_good.Sent}, p50 {_good.LatencyMs(0.5):0.0} ms, p99 {_good.LatencyMs(0.99):0.0} ms, at most {_good.LatencyMs(1):0.0} ms; alone p99 {quiet:0.0} ms");
        Assert.Multiple(() =>
        {
            Assert.That(_good.Failures, Is.Empty, "sends that failed");
            Assert.That(_good.Sent, Is.Positive);
            Assert.That(_good.Missing, Is.Zero, "messages that did not arrive");
            Assert.That(_good.LatencyMs(0.5), Is.LessThan(attacks.Length > 1 ? MaxP99OfAllMs : MaxP50Ms), "p50 of sends, ms");
            Assert.That(_good.LatencyMs(0.99), Is.LessThan((attacks.Length > 1 ? MaxP99OfAllMs : MaxP99Ms) + Slowness * quiet), "p99 of sends, ms");
            Assert.That(highest - before, Is.LessThan(attacks.Length > 1 && isReported ? MaxGrowthOfAll : MaxGrowth), "growth of resident memory, MiB");
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
