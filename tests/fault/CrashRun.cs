using System.Diagnostics;
using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Fault.Tests.Workloads;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests;

/// <summary>One store and the deaths of its broker.</summary>
internal sealed class CrashRun : IAsyncDisposable
{
    private const int IndexSlots = 2_000;

    /// <summary>Small files, so that a second of load rolls all of them. Apache's key names.</summary>
    private static readonly string[] SmallFiles =
    [
        $"mappedFileSizeCommitLog={1024 * 1024}",
        $"mappedFileSizeConsumeQueue={1000 * 20}",
        $"maxHashSlotNum={IndexSlots}",
        "maxIndexNum=8000",
    ];

    /// <summary>The first acknowledgement may take this long on a busy machine.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan WriteOutPatience = TimeSpan.FromSeconds(10);

    private readonly int _seed;
    private readonly int _loadMs;
    private readonly Random _random;
    private readonly IReadOnlyList<IWorkload> _workloads;
    private readonly StandaloneHost _host;
    private readonly Dictionary<Death, int> _deaths = Enum.GetValues<Death>().ToDictionary(death => death, _ => 0);

    /// <param name="loadMs">Mean length of a round's load.</param>
    /// <param name="settings">Lines of broker.conf, beside those of the workloads.</param>
    public CrashRun(int seed, int loadMs, IReadOnlyList<IWorkload> workloads, params string[] settings)
    {
        _seed = seed;
        _loadMs = loadMs;
        _random = new Random(seed);
        _workloads = workloads;
        _host = new StandaloneHost([.. SmallFiles, .. settings, .. workloads.SelectMany(w => w.Settings)]);
    }

    private enum Death
    {
        Kill,
        KillThenKillWhileStarting,
        CleanStop,
    }

    /// <summary>What happened, in a line.</summary>
    public string Summary => $"{_deaths[Death.Kill]} kills, {_deaths[Death.KillThenKillWhileStarting]} double kills, {_deaths[Death.CleanStop]} clean stops; acknowledged: "
        + string.Join("; ", _workloads.Select(w => w.Summary));

    private int Acknowledged => _workloads.Sum(w => w.Acknowledged);

    private int Goodbyes => _workloads.Sum(w => w.Goodbyes);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public async Task StartAsync()
    {
        await _host.StartAsync();
        await ForEachAsync((workload, broker) => workload.PrepareAsync(broker));
    }

    /// <summary>Load, death in the middle of it, a new start, and the audits.</summary>
    public async Task RunRoundAsync(int round)
    {
        var death = _random.Next(10) switch { 0 => Death.CleanStop, 1 or 2 => Death.KillThenKillWhileStarting, _ => Death.Kill };
        var loadMs = _random.Next(_loadMs / 4, _loadMs * 7 / 4);
        var plan = $"round {round} (seed {_seed}): {death} after {loadMs} ms";
        var clock = Stopwatch.StartNew();
        await LoadAndDieAsync(plan, round, death, loadMs);
        Fail(plan, AuditLog());

        var startedMs = clock.ElapsedMilliseconds;
        if (death == Death.KillThenKillWhileStarting)
        {
            await _host.StartAndKillAsync(TimeSpan.FromMilliseconds(_random.Next(50, 1_500)));
        }

        await _host.StartAsync();
        var runningMs = clock.ElapsedMilliseconds;
        var findings = await AuditAsync();
        TestContext.Out.WriteLine(
            $"{plan}; started in {runningMs - startedMs} ms, audited in {clock.ElapsedMilliseconds - runningMs} ms; " +
            $"{Acknowledged} acknowledged so far, {findings.Count} findings");
        await FailAsync(plan, findings);
        _deaths[death]++;
    }

    /// <summary>All that is owed comes; then a last, clean stop, after which the disk must still agree with itself.</summary>
    public async Task FinishAsync()
    {
        var findings = new Findings();
        await ForEachAsync((workload, broker) => workload.DrainAsync(broker, findings));
        await FailAsync($"the wait for all that is owed (seed {_seed})", findings);
        await _host.StopAsync();
        var checker = new StoreChecker(_host.StoreFolder, IndexSlots);
        checker.Check(checker.ReadLog(findings), findings);
        findings.Check(!new StoreFiles(_host.StoreFolder).IsMarkedAborted, "a clean stop left the abort file");
        await FailAsync($"the clean stop at the end (seed {_seed})", findings);
    }

    private async Task LoadAndDieAsync(string plan, int round, Death death, int loadMs)
    {
        var (acknowledged, goodbyes) = (Acknowledged, Goodbyes);
        using var stop = new CancellationTokenSource();
        var load = ForEachAsync((workload, broker) => workload.RunAsync(broker, round, stop.Token));
        await Task.WhenAny(WaitAsync(() => Acknowledged > acknowledged, loadMs), load);
        if (load.IsCompleted)
        {
            await load;
            Assert.Fail($"{plan}: the load ended by itself. The host printed:\n{_host.Output}");
        }

        await (death == Death.CleanStop ? _host.StopAsync() : _host.KillAsync());
        await stop.CancelAsync();
        await load;
        Assert.That(Acknowledged, Is.GreaterThan(acknowledged), $"{plan}: messages acknowledged. The host printed:\n{_host.Output}");
        Assert.That(
            death == Death.CleanStop ? 0 : Goodbyes - goodbyes, Is.Zero, $"{plan}: sends refused by a broker that was not stopping. The host printed:\n{_host.Output}");
    }

    /// <summary>The clock runs from the first acknowledgement: on a busy machine a short load would end before it began.</summary>
    private static async Task WaitAsync(Func<bool> hasBegun, int loadMs)
    {
        using var patience = new CancellationTokenSource(FirstPatience);
        while (!hasBegun() && !patience.IsCancellationRequested)
        {
            await Task.Delay(5, CancellationToken.None);
        }

        await Task.Delay(loadMs, CancellationToken.None);
    }

    /// <summary>What stands in the log while no broker runs, before anything can repair it.</summary>
    private Findings AuditLog()
    {
        var findings = new Findings();
        var log = new StoreFiles(_host.StoreFolder).ReadLog(findings).ToDictionary(record => record.Offset);
        foreach (var workload in _workloads)
        {
            workload.AuditLog(log, findings);
        }

        return findings;
    }

    /// <summary>What the broker serves, then what stands on its disk.</summary>
    private async Task<Findings> AuditAsync()
    {
        var findings = new Findings();
        await ForEachAsync((workload, broker) => workload.AuditAsync(broker, findings));
        findings.Add(await CheckDiskAsync());
        return findings;
    }

    /// <summary>All workloads at once, each with a client of its own.</summary>
    private Task ForEachAsync(Func<IWorkload, BrokerClient, Task> action) => Task.WhenAll(_workloads.Select(async workload =>
    {
        await using var broker = new BrokerClient(_host.Broker, workload.Answers);
        await action(workload, broker);
    }));

    /// <summary>A broker writes queues and index out some time after it serves them: the disk agrees with itself soon, not at once.</summary>
    private async Task<Findings> CheckDiskAsync()
    {
        using var patience = new CancellationTokenSource(WriteOutPatience);
        var checker = new StoreChecker(_host.StoreFolder, IndexSlots);
        var log = checker.ReadLog(new Findings());
        while (true)
        {
            var findings = new Findings();
            checker.Check(log, findings, isOpen: true);
            if (findings.Count == 0 || patience.IsCancellationRequested)
            {
                return findings;
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    private async Task FailAsync(string where, Findings findings)
    {
        if (findings.Count > 0 && _host.IsRunning)
        {
            await _host.KillAsync();
        }

        Fail(where, findings);
    }

    /// <summary>Keeps the store of a failed audit: it is the evidence.</summary>
    private void Fail(string where, Findings findings)
    {
        if (findings.Count > 0)
        {
            var kept = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fault-{Path.GetRandomFileName()}");
            Directory.Move(_host.StoreFolder, kept);
            Assert.Fail($"{where}: {findings}\nThe store is kept in {kept}. The host printed:\n{_host.Output}");
        }
    }
}
