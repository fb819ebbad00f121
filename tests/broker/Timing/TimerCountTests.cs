using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Timing;
using RocketMQ.Protocol.Codes;
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

    [Test]
    public async Task A_broker_makes_them_right_when_it_starts([Values(-5, 9)] int kept)
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_SEC", "3600")]);
        }

        await Eventually.GetAsync(async () => await CountAsync(broker) == 3 ? "" : null, "the timers");
        var copy = KilledStore.CopyOf(broker.Directory);
        await File.WriteAllTextAsync(
            Path.Combine(copy, "config", "timermetrics"),
            $$$$"""{"dataVersion":{"counter":1,"stateVersion":0,"timestamp":1},"timingCount":{"Orders":{"count":{{{{kept}}}},"timeStamp":1}}}""");
        await using (var next = await TestBroker.StartAsync(directory: copy))
        {
            await Eventually.GetAsync(async () => await CountAsync(next) == 3 ? "" : null, "the right count");
        }

        Directory.Delete(copy, recursive: true);
    }

    private static async Task<int> CountAsync(TestBroker broker)
    {
        var metrics = await broker.CallAsync(RequestCode.GetTimerMetrics);
        return (int?)JObject.Parse(Encoding.UTF8.GetString(metrics.Body.FirstSpan))["timingCount"]!["Orders"]?["count"] ?? 0;
    }
}
