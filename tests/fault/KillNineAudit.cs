using RocketMQ.Fault.Tests.Workloads;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The broker dies under load, again and again, on one store: what it acknowledged is there, once, in order and unharmed; what it keeps back
/// comes at its time and not before; what operators changed is as they were answered; and log, consume queues and index agree.
/// </summary>
[Parallelizable(ParallelScope.Self)]
[TestFixture("ASYNC_FLUSH")]
[TestFixture("SYNC_FLUSH")]
public class KillNineAudit(string flushDiskType)
{
    /// <summary>Then a new one: an audit looks at all of a store, so long runs would spend their time on old messages.</summary>
    private const int RoundsPerStore = 10;

    /// <summary>A broker may forget what was committed in the last second; a busy machine may take another to get to it.</summary>
    private const long LostMs = 2_000;

    [Test]
    public async Task What_was_acknowledged_survives_kill_9()
    {
        var options = AuditOptions.FromEnvironment();
        TestContext.Out.WriteLine(
            $"{flushDiskType}: half of {options.Rounds} rounds of {options.LoadMs} ms. " +
            $"To repeat: FAULT_SEED={options.Seed} FAULT_ROUNDS={options.Rounds} FAULT_LOAD_MS={options.LoadMs} dotnet test tests/fault");
        var rounds = 0;
        for (var (left, seed) = ((options.Rounds + 1) / 2, options.Seed); left > 0; left -= RoundsPerStore, seed++)
        {
            var workloads = Traffic.All(seed, TimeProvider.System, LostMs);
            var host = new MortalHost([.. CrashRun.SmallFiles, $"flushDiskType={flushDiskType}", .. workloads.SelectMany(w => w.Settings)]);
            await using var run = new CrashRun(seed, options.LoadMs, host, workloads);
            await run.StartAsync();
            for (var round = 1; round <= Math.Min(left, RoundsPerStore); round++)
            {
                await run.RunRoundAsync(round);
                rounds++;
            }

            await run.FinishAsync();
            TestContext.Out.WriteLine($"{flushDiskType}: {rounds} rounds survived. The last store: {run.Summary}");
        }
    }
}
