using RocketMQ.Fault.Tests.Workloads;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The broker dies under load, again and again, on one store: what it acknowledged is there, once, in order and unharmed; what it keeps back
/// comes at its time and not before; and log, consume queues and index agree.
/// </summary>
[Parallelizable(ParallelScope.Self)]
[TestFixture("ASYNC_FLUSH")]
[TestFixture("SYNC_FLUSH")]
public class KillNineAudit(string flushDiskType)
{
    /// <summary>Then a new one: an audit looks at all of a store, so long runs would spend their time on old messages.</summary>
    private const int RoundsPerStore = 10;

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
            await using var run = new CrashRun(seed, options.LoadMs, Workloads(seed), $"flushDiskType={flushDiskType}");
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

    private static IWorkload[] Workloads(int seed) => 
    [
        new SyncSends(seed, senders: 3),
        new BatchSends(seed, senders: 1),
        new OnewaySends(seed, senders: 1),
        new DelayedSends(seed, senders: 1),
        new TimedSends(seed, senders: 1),
        new Transactions(seed, senders: 2),
        new Pops(seed, senders: 1, poppers: 2),
    ];
}
