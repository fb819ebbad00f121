using RocketMQ.Fault.Tests.Power;
using RocketMQ.Fault.Tests.Workloads;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The broker's machine loses its power under load, while the broker stops, after it stopped and while it starts, again and again, on one store: with
/// SYNC_FLUSH what was acknowledged is there as after any other death.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class PowerLossAudit
{
    private const int RoundsPerStore = 10;

    /// <summary>More of them tell no more.</summary>
    private const int MostFailures = 10;

    /// <summary>The broker's clock runs so much faster than the world's.</summary>
    private const int Speed = 10;

    private const int LoadMs = 200;

    /// <summary>A broker may forget what was committed in the last second; the rest is what a busy machine needs, ten times as long by a clock that hurries.</summary>
    private const long LostMs = 4_000;

    [Test]
    public async Task What_was_acknowledged_survives_the_loss_of_power()
    {
        var options = AuditOptions.ForPowerLoss();
        TestContext.Out.WriteLine(
            $"{options.Rounds} rounds. To repeat: FAULT_SEED={options.Seed} POWER_ROUNDS={options.Rounds} dotnet test tests/fault --filter PowerLossAudit");
        var failures = new List<string>();
        for (var (left, seed) = (options.Rounds, options.Seed); left > 0 && failures.Count < MostFailures; left -= RoundsPerStore, seed++)
        {
            try
            {
                await RunAsync(seed, Math.Min(left, RoundsPerStore));
            }
            catch (AuditFailedException e)
            {
                TestContext.Out.WriteLine(e.Message);
                failures.Add(e.Message);
            }
        }

        Assert.That(failures, Is.Empty, $"stores that lost something:\n{string.Join("\n\n", failures)}");
    }

    private static async Task RunAsync(int seed, int rounds)
    {
        // The clock is the broker's: it goes on while the broker is dead.
        var clock = new FastClock(Speed);
        var workloads = Traffic.All(seed, clock, LostMs);
        await using var run = new CrashRun(
            seed, LoadMs, new PowerBroker(seed, clock, [.. CrashRun.SmallFiles, .. workloads.SelectMany(w => w.Settings)]), workloads);
        await run.StartAsync();
        for (var round = 1; round <= rounds; round++)
        {
            await run.RunRoundAsync(round);
        }

        await run.FinishAsync();
        TestContext.Out.WriteLine($"A store of {rounds} rounds: {run.Summary}");
    }
}
