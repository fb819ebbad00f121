using RocketMQ.Fault.Tests.Sets;
using RocketMQ.Fault.Tests.Workloads;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The master of three brokers goes under load, again and again: killed, frozen until another leads and then let go on, stopped, killed with a slave or with the
/// controller. What the set acknowledged is there, and nobody saw what is not.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class FailoverAudit
{
    /// <summary>Then a new one: an audit looks at all of a store.</summary>
    private const int RoundsPerSet = 10;

    /// <summary>What groups committed so long before may be forgotten: slaves ask every second, on a busy machine later.</summary>
    private const long LostMs = 4_000;

    [Test]
    public async Task What_was_acknowledged_survives_the_loss_of_the_master()
    {
        var options = AuditOptions.ForFailovers();
        TestContext.Out.WriteLine($"{options.Rounds} rounds. To repeat: FAULT_SEED={options.Seed} FAILOVER_ROUNDS={options.Rounds} dotnet test tests/fault --filter FailoverAudit");
        for (var (left, seed) = (options.Rounds, options.Seed); left > 0; left -= RoundsPerSet, seed++)
        {
            var workloads = Traffic.Replicated(seed, TimeProvider.System, LostMs);
            var set = new ControlledSet([.. CrashRun.SmallFiles, .. workloads.SelectMany(w => w.Settings)]);
            await using var run = new CrashRun(seed, options.LoadMs, set, workloads);
            await run.StartAsync();
            for (var round = 1; round <= Math.Min(left, RoundsPerSet); round++)
            {
                await run.RunRoundAsync(round);
            }

            await run.FinishAsync();
            TestContext.Out.WriteLine($"{options.Rounds - left + Math.Min(left, RoundsPerSet)} rounds survived. The last set: {run.Summary}. {set.Times()}");
        }
    }
}
