using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.ApacheStores;

/// <summary>Pops that were under way when Apache 5.3.3 stopped: in the timer, in the revive topic and back in retry topics.</summary>
public class CarriesOnApachesPopsTests
{
    /// <summary>When Apache was started again on this store, to see what it makes of it.</summary>
    private const long RestartedAtMs = 1795251155414;

    [Test]
    public async Task What_apache_left_unacknowledged_comes_back_as_it_does_there_and_nothing_else()
    {
        var expected = ApacheStore.Expected("expected53.json")["restart"]!["unackedCameBack"]!.ToList();
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", RestartedAtMs);
        var before = new Dictionary<string, List<StoredMessage>>();
        var topics = expected.Select(m => (string)m["retryTopic"]!).Distinct().ToList();

        foreach (var topic in topics)
        {
            before[topic] = [.. (await golden.MessagesAsync(topic)).Where(m => m.StoreTimestamp < RestartedAtMs)];
        }

        var back = await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromSeconds(1), async () => await CameBackAsync() is { } found && found.Count >= expected.Count ? found : null, "all that Apache brought back");
        golden.Clock.Advance(TimeSpan.FromSeconds(20));
        await Task.Delay(50);

        Assert.That(await CameBackAsync(), Has.Count.EqualTo(expected.Count), "nothing more");
        Assert.That(back.Select(Describe), Is.EquivalentTo(expected.Select(Describe)));
        foreach (var message in back.Where(m => m.ReconsumeTimes == 1))
        {
            var theirs = expected.Single(e => Describe(e) == Describe(message));
            Assert.That(message.StoreTimestamp, Is.GreaterThan((long)theirs["storedAt"]! - 5000), message.Keys);
        }

        async Task<List<StoredMessage>> CameBackAsync()
        {
            var found = new List<StoredMessage>();
            foreach (var topic in topics)
            {
                found.AddRange((await golden.MessagesAsync(topic)).Skip(before[topic].Count));
            }

            return found;
        }
    }

    [Test]
    public async Task What_is_hidden_for_ten_minutes_comes_back_after_ten_minutes()
    {
        const long hiddenUntilMs = 1795251714000;
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", hiddenUntilMs - 30_000);
        const string retryTopic = "%RETRY%G_POP_LATE_GoldenPopB";

        golden.Clock.Advance(TimeSpan.FromSeconds(28));
        await Task.Delay(50);
        Assert.That(await golden.KeysAsync(retryTopic), Is.Empty);
        var back = await Eventually.GetAsync(
            golden.Clock, TimeSpan.FromSeconds(1), async () => await golden.MessagesAsync(retryTopic) is { Count: 4 } found ? found : null, "four late ones");

        Assert.That(back.Select(m => m.Keys), Is.EquivalentTo(new[] { "popb-0", "popb-1", "popb-2", "popb-3" }));
        Assert.That(back.Select(m => m.ReconsumeTimes), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Groups_pop_on_from_where_they_were_and_get_what_came_back()
    {
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", RestartedAtMs + 500_000);
        int[] odd = [.. Enumerable.Range(0, 10).Select(i => (2 * i) + 1)];

        Assert.That(await PopAsync("GoldenPop", "G_POP", 14), Is.EquivalentTo(Names("pop", [.. odd, 16, 18, 8, 12])));
        Assert.That(
            await PopAsync("GoldenPop", "G_POP_RV1", 20),
            Is.EquivalentTo(Names("pop", [.. odd, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18])), "pop-4 was in the retry topic already");
        Assert.That(
            await PopAsync("GoldenPop", "G_POP_RV2", 19),
            Is.EquivalentTo(Names("pop", [.. odd.Where(i => i != 1), 0, 2, 4, 6, 8, 10, 12, 14, 16, 18])), "pop-1 is acknowledged");
        Assert.That(await PopAsync("GoldenBuf", "G_POP_BUF", 2), Is.EquivalentTo(Names("buf", [1, 5])));
        Assert.That(await PopAsync("GoldenPopB", "G_POP_LATE", 8), Is.EqualTo(Names("popb", [.. Enumerable.Range(4, 8)])));

        async Task<List<string?>> PopAsync(string topic, string group, int count)
        {
            var keys = new List<string?>();
            return await Eventually.GetAsync(
                golden.Clock,
                TimeSpan.FromMilliseconds(100),
                async () =>
                {
                    var popped = await golden.Broker.PopAsync(topic, group: group, invisibleMs: 3_600_000);
                    keys.AddRange(popped.Messages.Select(m => m.Message.Keys));
                    return keys.Count >= count && popped.Messages.Count == 0 ? keys : null;
                },
                $"{count} messages for {group}, there are {keys.Count}");
        }
    }

    [Test]
    public async Task An_ordered_group_goes_on_behind_what_it_acknowledged_when_the_rest_is_due_again()
    {
        const long dueMs = 1795251184277;
        await using var golden = await ApacheStore.OpenAsync("store-pop-timer", dueMs - 1000);

        var early = await golden.Broker.PopAsync("GoldenPopOrder", 0, "G_POP_ORD", count: 3, order: true, attemptId: "early");
        golden.Clock.Advance(TimeSpan.FromSeconds(1));
        var popped = await golden.Broker.PopAsync("GoldenPopOrder", 0, "G_POP_ORD", count: 3, order: true, attemptId: "in time");

        Assert.That(early.Messages, Is.Empty);
        Assert.That(popped.Messages.Select(m => m.Message.Keys), Is.EqualTo(Names("popo", [1, 2, 3])));
        Assert.That(popped.Header.OrderCountInfo, Is.EqualTo("0 qo0%1 1;0 qo0%2 1;0 0 0"));
    }

    private static IEnumerable<string> Names(string prefix, int[] numbers) => numbers.Select(i => $"{prefix}-{i}");

    private static string Describe(StoredMessage m) => $"{m.Topic} {m.Keys} {m.ReconsumeTimes} {m.Properties["1ST_POP_TIME"]}";

    private static string Describe(JToken m) => $"{m["retryTopic"]} {m["keys"]} {m["reconsumeTimes"]} {m["firstPopTime"]}";
}
