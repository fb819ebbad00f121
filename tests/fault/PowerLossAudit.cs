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
    private const int StopStride = 5;
    private const int StartStride = 8;

    /// <summary>A broker may forget what was committed in the last second; the rest is what a busy machine needs, ten times as long by a clock that hurries.</summary>
    private const long LostMs = 12_000;

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

        if (failures.Count > 0)
        {
            Assert.Fail($"{failures.Count} stores lost something, or more; above stands what. The first: {failures[0]}");
        }
    }

    [Test]
    public async Task Power_that_is_lost_at_each_operation_of_a_stop_leaves_a_store_that_starts()
    {
        var operation = -StopStride;
        await RunAsync(Seed(), rounds: 8, plan: _ => new Death($"PowerLossWhileStopping at operation {operation += StopStride} of the stop", 20, operation + 1, IsStop: true));
    }

    [Test]
    public async Task Power_that_is_lost_twice_while_a_broker_recovers_leaves_a_store_that_starts()
    {
        var operation = 0;
        await RunAsync(Seed(), rounds: 8, plan: random => new Death(
            $"PowerLoss, and again at operations {operation += StartStride} and less of the start", 0, random.Next(100, 1_500), Starts: [operation, random.Next(1, operation + 1)]));
    }

    /// <summary>
    /// A judge that finds nothing is worth what it finds on purpose. It ends with the first finding, mostly after a few rounds; but what queues lose is
    /// mended from the log more often than not, and there it takes its time.
    /// </summary>
    /// <param name="where">What is in a directory, where it ends with a slash; else the names in the directory itself.</param>
    [TestCase("/commitlog/", TestName = "A_log_whose_flushes_lie_is_found_out")]
    [TestCase("/commitlog", TestName = "A_log_directory_whose_flushes_lie_is_found_out")]
    [TestCase("/config/", TestName = "Configuration_whose_flushes_lie_is_found_out")]
    [TestCase("/config", TestName = "A_configuration_directory_whose_flushes_lie_is_found_out")]
    [TestCase("/consumequeue/", TestName = "Queues_whose_flushes_lie_are_found_out")]
    public void A_disk_that_lies_is_found_out(string where) => Assert.That(
        () => RunAsync(Seed(), rounds: 150, prepare: disk => disk.FlushLies = path => where.EndsWith('/') ? path.Contains(where) : path.EndsWith(where)),
        Throws.TypeOf<AuditFailedException>());

    private static int Seed() => AuditOptions.ForPowerLoss().Seed;

    private static async Task RunAsync(int seed, int rounds, Action<PowerFileSystem>? prepare = null, Func<Random, Death>? plan = null)
    {
        // The clock is the machine's: it goes on while the broker is dead.
        var clock = new FastClock(Speed);
        var workloads = Traffic.All(seed, clock, LostMs);
        var broker = new PowerBroker(
            seed,
            clock,
            [.. CrashRun.SmallFiles, .. workloads.SelectMany(w => w.Settings)],
            disk =>
            {
                disk.KeepsNames = AuditOptions.SparesNames;
                prepare?.Invoke(disk);
            },
            plan);
        await using var run = new CrashRun(seed, LoadMs, broker, workloads);
        await run.StartAsync();
        for (var round = 1; round <= rounds; round++)
        {
            await run.RunRoundAsync(round);
        }

        await run.FinishAsync();
        TestContext.Out.WriteLine($"A store of {rounds} rounds: {run.Summary}");
    }
}
