using RocketMQ.Broker.Tests.Support;

namespace RocketMQ.Broker.Tests.ApacheStores;

/// <summary>Timers that Apache 5.3.3 left waiting, seen by a consumer; tests/broker/Timing looks at all of them.</summary>
public class CarriesOnApachesTimersTests
{
    [Test]
    public async Task A_timer_comes_at_its_time_and_one_that_was_recalled_does_not()
    {
        const long outMs = 1795251174000;
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", 1795251151000);
        var before = await TimersAsync(golden);
        Assert.That(before, Does.Contain("t-late-25s").And.Not.Contain("t-late-60s"));

        await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromMilliseconds(500), async () => (await TimersAsync(golden)).Contains("t-late-60s") ? "" : null, "the minute's timer");
        Assert.That(golden.NowMs, Is.GreaterThanOrEqualTo(outMs));
        golden.Clock.Advance(TimeSpan.FromSeconds(60));
        await Task.Delay(50);

        Assert.That(await TimersAsync(golden), Is.EquivalentTo(before.Append("t-late-60s")));
    }

    private static async Task<List<string?>> TimersAsync(ApacheStore golden) =>
        [.. await golden.KeysAsync("GoldenTimer", 0), .. await golden.KeysAsync("GoldenTimer", 1)];
}
