using RocketMQ.Fault.Tests.Sets;
using RocketMQ.Fault.Tests.Workloads;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The master's machine is lost under load, disk and all, again and again; its slave goes on as the master. What the set acknowledged is there: sends waited
/// for the slave (SYNC_MASTER, inSyncReplicas=2).
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class LostMachineAudit
{
    /// <summary>Then a new one: an audit looks at all of a store, and a store of very many topics takes its time to write the queues of all of them.</summary>
    private const int RoundsPerSet = 8;

    /// <summary>What groups committed so long before may be forgotten: the slave asks every second, on a busy machine later.</summary>
    private const long LostMs = 4_000;

    [Test]
    public async Task What_was_acknowledged_survives_the_loss_of_a_machine()
    {
        var options = AuditOptions.ForLostMachines();
        TestContext.Out.WriteLine($"{options.Rounds} rounds. To repeat: FAULT_SEED={options.Seed} MACHINE_ROUNDS={options.Rounds} dotnet test tests/fault --filter LostMachineAudit");
        for (var (left, seed) = (options.Rounds, options.Seed); left > 0; left -= RoundsPerSet, seed++)
        {
            var workloads = Traffic.Replicated(seed, TimeProvider.System, LostMs);
            var set = new MortalSet([.. CrashRun.SmallFiles, .. workloads.SelectMany(w => w.Settings)]);
            await using var run = new CrashRun(seed, options.LoadMs, set, workloads);
            await run.StartAsync();
            for (var round = 1; round <= Math.Min(left, RoundsPerSet); round++)
            {
                await run.RunRoundAsync(round);
            }

            await run.FinishAsync();
            TestContext.Out.WriteLine($"{options.Rounds - left + Math.Min(left, RoundsPerSet)} rounds survived. The last set: {run.Summary}");
        }
    }
}
