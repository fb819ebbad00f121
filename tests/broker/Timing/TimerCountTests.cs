using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Timing;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Timing;

public class TimerCountTests
{
    [Test]
    public async Task Counts_that_a_kill_left_wrong_are_made_right_from_what_waits([Values(-5, 0, 9)] int kept)
    {
        using var folder = new TestFolder();
        await using var bench = TimerBench.Open();
        foreach (var (topic, name) in new[] { ("Orders", "m1"), ("Orders", "m2"), ("Orders", "m3"), ("Payments", "m4"), ("Payments", "soon") })
        {
            bench.Send(topic, name, ("TIMER_DELAY_SEC", name == "soon" ? "2" : "100"));
        }

        bench.Recall("Orders", "m2", TimerBench.StartMs + 100_000);
        bench.Advance(TimeSpan.FromSeconds(5));
        var metrics = new TimerMetrics(new ConfigFile(folder.File("timermetrics"), PhysicalFileSystem.Instance, NullLogger.Instance), TimeProvider.System);
        metrics.Add("Orders", kept);
        metrics.Add("Gone", kept);

        metrics.Recount(bench.Timers, ["Orders", "Payments", "Idle"]);

        Assert.That(
            metrics.Snapshot().TimingCount.Where(count => count.Value.Count != 0).Select(count => (count.Key, count.Value.Count)),
            Is.EquivalentTo(new[] { ("Orders", 2L), ("Payments", 1L) }));
    }
}
