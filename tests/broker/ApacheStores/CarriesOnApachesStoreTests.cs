using System.Collections.Concurrent;
using RocketMQ.Broker.Tests.Support;

namespace RocketMQ.Broker.Tests.ApacheStores;

/// <summary>Transactions, delays and the records of every kind that Apache's brokers left, some seconds after they stopped.</summary>
public class CarriesOnApachesStoreTests
{
    private const string HalfTopic = "RMQ_SYS_TRANS_HALF_TOPIC";

    /// <summary>Store, its transaction producers, when it is opened, half messages in it.</summary>
    private static readonly object[] Stores =
    [
        new object[] { "store-clean", "G_TXPROD", 1795247132000, 9 },
        new object[] { "store-pop-timer", "G53_TXPROD", 1795251151000, 11 },
    ];

    [TestCaseSource(nameof(Stores))]
    public async Task Transactions_that_have_ended_are_not_asked_about_again(string store, string producers, long openedAt, int halves)
    {
        var asked = new ConcurrentQueue<int>();
        await using var golden = await ApacheStore.OpenAsync(store, openedAt, asked);

        for (var i = 0; i < 4; i++)
        {
            await golden.Broker.HeartbeatAsync("producer", producers);
            golden.Clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(20);
        }

        Assert.That(asked, Is.Empty);
        Assert.That(TestBroker.Messages(await golden.Broker.PullAsync(HalfTopic, 0, 0)), Has.Count.EqualTo(halves));
    }

    [TestCaseSource(nameof(Stores))]
    public async Task Transactions_are_asked_about_again_where_the_group_offsets_are_lost_but_none_that_has_ended(
        string store, string producers, long openedAt, int halves)
    {
        var asked = new ConcurrentQueue<int>();
        await using var golden = await ApacheStore.OpenAsync(store, openedAt, asked, loseOffsets: true);

        for (var i = 0; i < 2; i++)
        {
            await golden.Broker.HeartbeatAsync("producer", producers);
            golden.Clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(20);
        }

        // What was given up has no operation record.
        var again = TestBroker.Messages(await golden.Broker.PullAsync(HalfTopic, 0, halves));
        Assert.That(again.Select(m => m.Keys), Is.All.EqualTo("tx-unknown-0"));
        Assert.That(again.GroupBy(m => m.Properties["TRANSACTION_CHECK_TIMES"]).Select(checks => checks.Count()), Is.All.EqualTo(1), "asked once a round");
    }

    [Test]
    public async Task Retries_dead_letters_replies_and_commits_of_4_9_are_served()
    {
        await using var golden = await ApacheStore.OpenAsync("store-clean", 1795247132000);

        Assert.That(await golden.KeysAsync("%RETRY%G_CONS_RETRY"), Is.EqualTo(new[] { "retry-0" }));
        Assert.That(await golden.KeysAsync("%DLQ%G_CONS_RETRY"), Is.EqualTo(new[] { "retry-0" }));
        Assert.That(await golden.KeysAsync("TRANS_CHECK_MAX_TIME_TOPIC"), Is.EqualTo(new[] { "tx-unknown-0" }));
        Assert.That(await golden.KeysAsync("GoldenTx"), Is.EqualTo(new[] { "tx-commit-1", "tx-checkcommit-0" }));
        Assert.That(TestBroker.Messages(await golden.Broker.PullAsync("GoldenCluster_REPLY_TOPIC", 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Retries_dead_letters_and_replies_of_5_3_are_served()
    {
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", 1795251151000);

        Assert.That(await golden.KeysAsync("%RETRY%G_RETRY"), Is.EqualTo(new[] { "retry-0" }));
        Assert.That(await golden.KeysAsync("%DLQ%G_RETRY"), Is.EqualTo(new[] { "retry-0" }));
        Assert.That(await golden.KeysAsync("TRANS_CHECK_MAX_TIME_TOPIC"), Is.EqualTo(new[] { "tx-unknown-0" }));
        Assert.That(TestBroker.Messages(await golden.Broker.PullAsync("GoldenCluster_REPLY_TOPIC", 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delayed_messages_of_4_9_come_at_their_time_and_those_delivered_do_not_come_again()
    {
        const long sentAt = 1795247111992;
        await using var golden = await ApacheStore.OpenAsync("store-clean", 1795247132000);
        Assert.That(await DelayedAsync(golden), Is.EquivalentTo(new[] { "delay-1", "delay-2" }));

        golden.Clock.Advance(DateTimeOffset.FromUnixTimeMilliseconds(sentAt + 7_199_000) - golden.Clock.GetUtcNow());
        await golden.ReconnectAsync();
        await Task.Delay(50);
        Assert.That(await DelayedAsync(golden), Is.EquivalentTo(new[] { "delay-1", "delay-2" }));
        golden.Clock.Advance(TimeSpan.FromSeconds(2));

        await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromMilliseconds(100), async () => (await DelayedAsync(golden)).Contains("delay-18") ? "" : null, "the two hours' message");
        Assert.That(await DelayedAsync(golden), Is.EquivalentTo(new[] { "delay-1", "delay-2", "delay-18" }));
    }

    [Test]
    public async Task Delayed_messages_of_5_3_come_at_their_time_and_those_delivered_do_not_come_again()
    {
        const long late5DueAt = 1795251114292 + 60_000;
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", 1795251151000);
        await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromMilliseconds(100), async () => (await DelayedAsync(golden)).Contains("delay-late-4") ? "" : null, "what was due meanwhile");
        Assert.That(await DelayedAsync(golden), Does.Not.Contain("delay-late-5"));

        await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromMilliseconds(500), async () => (await DelayedAsync(golden)).Contains("delay-late-5") ? "" : null, "the last of level 5");

        Assert.That(golden.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Is.GreaterThanOrEqualTo(late5DueAt));
        Assert.That(await DelayedAsync(golden), Is.EquivalentTo(new[] { "delay-1", "delay-2", "delay-5", "delay-late-4", "delay-late-5" }));
    }

    private static async Task<List<string?>> DelayedAsync(ApacheStore golden) =>
        [.. await golden.KeysAsync("GoldenDelay", 0), .. await golden.KeysAsync("GoldenDelay", 1)];
}
