using System.Diagnostics;
using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Fault.Tests.Workloads;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests;

/// <summary>One store and the deaths of its broker.</summary>
internal sealed class CrashRun : IAsyncDisposable
{
    private const int IndexSlots = 2_000;

    /// <summary>The first acknowledgement may take this long on a busy machine.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan WriteOutPatience = TimeSpan.FromSeconds(10);

    private readonly int _seed;
    private readonly int _loadMs;
    private readonly Random _random;
    private readonly IReadOnlyList<IWorkload> _workloads;
    private readonly IMortalBroker _broker;
    private readonly Dictionary<string, int> _deaths = new(StringComparer.Ordinal);

    /// <param name="loadMs">Mean length of a round's load.</param>
    public CrashRun(int seed, int loadMs, IMortalBroker broker, IReadOnlyList<IWorkload> workloads)
    {
        _seed = seed;
        _loadMs = loadMs;
        _random = new Random(seed);
        _broker = broker;
        _workloads = workloads;
    }

    /// <summary>Small files, so that a second of load rolls all of them. Apache's key names.</summary>
    public static IReadOnlyList<string> SmallFiles { get; } =
    [
        $"mappedFileSizeCommitLog={1024 * 1024}",
        $"mappedFileSizeConsumeQueue={1000 * 20}",
        $"maxHashSlotNum={IndexSlots}",
        "maxIndexNum=8000",
    ];

    /// <summary>What happened, in a line.</summary>
    public string Summary => $"{string.Join(", ", _deaths.Select(d => $"{d.Value} {d.Key}"))}; acknowledged: {string.Join("; ", _workloads.Select(w => w.Summary))}";

    private int Acknowledged => _workloads.Sum(w => w.Acknowledged);

    private int Goodbyes => _workloads.Sum(w => w.Goodbyes);

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    public async Task StartAsync()
    {
        await _broker.StartAsync();
        await ForEachAsync((workload, broker) => workload.PrepareAsync(broker));
    }

    /// <summary>Load, death in the middle of it, a new start, and the audits.</summary>
    /// <exception cref="AuditFailedException">There are findings.</exception>
    public async Task RunRoundAsync(int round)
    {
        var death = _broker.PlanDeath(_random, _loadMs);
        var plan = $"round {round} (seed {_seed}): {death.Plan}";
        var clock = Stopwatch.StartNew();
        await LoadAndDieAsync(plan, round, death);
        await FailAsync(plan, AuditLog());

        var startedMs = clock.ElapsedMilliseconds;
        foreach (var moment in death.Starts)
        {
            await TryAsync(plan, "dying while starting", () => _broker.StartAndDieAsync(moment));
        }

        await TryAsync(plan, "the start", _broker.StartAsync);
        var runningMs = clock.ElapsedMilliseconds;
        var findings = new Findings();
        await TryAsync(plan, "the audit", () => AuditAsync(findings));
        TestContext.Out.WriteLine(
            $"{plan}; started in {runningMs - startedMs} ms, audited in {clock.ElapsedMilliseconds - runningMs} ms; " +
            $"{Acknowledged} acknowledged so far, {findings.Count} findings");
        await FailAsync(plan, findings);
        var kind = death.Plan.Split(' ')[0];
        _deaths[kind] = _deaths.GetValueOrDefault(kind) + 1;
    }

    /// <summary>All that is owed comes; then a last, clean stop, after which the disk must still agree with itself.</summary>
    /// <exception cref="AuditFailedException">There are findings.</exception>
    public async Task FinishAsync()
    {
        var findings = new Findings();
        await TryAsync($"seed {_seed}", "the wait for all that is owed", () => ForEachAsync((workload, broker) => workload.DrainAsync(broker, findings)));
        await FailAsync($"the wait for all that is owed (seed {_seed})", findings);
        await TryAsync($"seed {_seed}", "the last stop", _broker.StopAsync);
        var checker = Checker();
        checker.Check(checker.ReadLog(findings), findings);
        findings.Check(!new StoreFiles(_broker.Files, _broker.StoreFolder).IsMarkedAborted, "a clean stop left the abort file");
        await FailAsync($"the clean stop at the end (seed {_seed})", findings);
    }

    private async Task LoadAndDieAsync(string plan, int round, Death death)
    {
        var (acknowledged, goodbyes) = (Acknowledged, Goodbyes);
        using var stop = new CancellationTokenSource();
        using var dead = new CancellationTokenSource();
        var load = ForEachAsync((workload, broker) => workload.RunAsync(broker, round, stop.Token));
        var dying = _broker.DieAsync(death, WaitAsync(() => Acknowledged > acknowledged || load.IsFaulted));
        var endedByItself = await Task.WhenAny(load, dying) == load && !_broker.IsDying;
        await TryAsync(plan, "dying", () => dying);
        await stop.CancelAsync();
        await TryAsync(plan, "the load", () => load);
        foreach (var workload in _workloads)
        {
            workload.NoteDeath(_broker.DiedMs);
        }

        var findings = new Findings();
        findings.Check(!endedByItself, "the load ended by itself");
        findings.Check(Acknowledged > acknowledged, "nothing was acknowledged");
        findings.Check(death.IsStop || Goodbyes == goodbyes, $"a broker that was not stopping refused {Goodbyes - goodbyes} sends");
        await FailAsync(plan, findings);
    }

    /// <summary>The clock runs from the first acknowledgement: on a busy machine a short load would end before it began.</summary>
    private static async Task WaitAsync(Func<bool> hasBegun)
    {
        using var patience = new CancellationTokenSource(FirstPatience);
        while (!hasBegun() && !patience.IsCancellationRequested)
        {
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>What stands in the log while no broker runs, before anything can repair it.</summary>
    private Findings AuditLog()
    {
        var findings = new Findings();
        var log = new StoreFiles(_broker.Files, _broker.StoreFolder).ReadLog(_broker.KeepsOrder ? findings : new Findings()).ToDictionary(record => record.Offset);
        foreach (var workload in _workloads)
        {
            workload.AuditLog(log, findings);
        }

        return findings;
    }

    /// <summary>What the broker serves, then what stands on its disk.</summary>
    private async Task AuditAsync(Findings findings)
    {
        await ForEachAsync((workload, broker) => workload.AuditAsync(broker, findings));
        findings.Add(await CheckDiskAsync());
    }

    /// <summary>All workloads at once, each with a client of its own.</summary>
    private Task ForEachAsync(Func<IWorkload, BrokerClient, Task> action) => Task.WhenAll(_workloads.Select(async workload =>
    {
        await using var broker = _broker.Connect(workload.Answers);
        await action(workload, broker);
    }));

    /// <summary>A broker writes queues and index out some time after it serves them: the disk agrees with itself soon, not at once.</summary>
    private async Task<Findings> CheckDiskAsync()
    {
        using var patience = new CancellationTokenSource(WriteOutPatience);
        var checker = Checker();
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

    private StoreChecker Checker() =>
        new(_broker.Files, _broker.StoreFolder, IndexSlots, topic => topic.StartsWith(TopicLives.TopicPrefix, StringComparison.Ordinal));

    /// <summary>What is not expected to fail is a finding like others when it does, and not the test's own accident.</summary>
    private async Task TryAsync(string plan, string what, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is BrokerRefusedException or RemotingException or IOException or InvalidOperationException or TimeoutException)
        {
            await FailAsync(plan, Finding($"{what} failed: {e}"));
        }
    }

    private static Findings Finding(string what)
    {
        var findings = new Findings();
        findings.Add(what);
        return findings;
    }

    /// <summary>Keeps the store of a failed audit: it is the evidence.</summary>
    private async Task FailAsync(string where, Findings findings)
    {
        if (findings.Count > 0)
        {
            var kept = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fault-{Path.GetRandomFileName()}");
            var output = _broker.Output;
            await _broker.KeepAsync(kept);
            throw new AuditFailedException($"{where}: {findings}\nThe store is kept in {kept}. The broker printed:\n{output}");
        }
    }
}
