namespace RocketMQ.Interop.Tests;

/// <summary>Groups of unmodified Node.js clients: filters, shares, takeover, retries.</summary>
public class ConsumingTests : InteropTest
{
    [Test]
    public async Task A_tag_subscription_gets_its_tags_only()
    {
        foreach (var i in Enumerable.Range(0, 30))
        {
            await Producer.SendAsync(new OutgoingMessage(Topic, $"{i}") { Tag = "ABC"[(i % 3)..(i % 3 + 1)] });
        }

        var consumer = await ConsumeAsync(new ConsumerSettings(Topic) { Expression = "A || C" });
        var received = await consumer.ReceivesAsync(20);

        Assert.That(received.Select(m => int.Parse(m.Body) % 3), Is.All.AnyOf(0, 2));
        Assert.That(received.Select(m => m.Body).Distinct().Count(), Is.EqualTo(20));
    }

    [Test]
    public async Task A_SQL92_subscription_gets_what_its_expression_matches()
    {
        foreach (var i in Enumerable.Range(0, 20))
        {
            await Producer.SendAsync(new OutgoingMessage(Topic, $"{i}") { Properties = new() { ["a"] = $"{i % 10}", ["colour"] = i % 2 == 0 ? "red" : "blue" } });
        }

        var consumer = await ConsumeAsync(new ConsumerSettings(Topic) { Sql = "a > 5 AND colour = 'red'" });
        var received = await consumer.ReceivesAsync(4);

        Assert.That(received.Select(m => m.Body), Is.EquivalentTo(new[] { "6", "8", "16", "18" }));
    }

    [Test]
    public async Task Two_consumers_of_a_group_share_the_queues_and_get_each_message_once()
    {
        var first = await ConsumeAsync();
        var second = await ConsumeAsync();
        var queues = (await Task.WhenAll(first.HoldsQueuesAsync(2), second.HoldsQueuesAsync(2))).SelectMany(q => q);
        Assert.That(queues, Is.EquivalentTo(new[] { 0, 1, 2, 3 }));

        var bodies = await Producer.SendManyAsync(Topic, "shared-", 60);

        await second.ReceivesAsync(all => all.Count + first.Received.Count >= 60);
        Assert.That(first.Bodies.Concat(second.Bodies), Is.EquivalentTo(bodies));
        Assert.That(first.Received, Is.Not.Empty);
        Assert.That(second.Received, Is.Not.Empty);
    }

    [Test]
    public async Task When_a_consumer_leaves_the_other_takes_its_queues_and_goes_on_where_it_was()
    {
        var first = await ConsumeAsync();
        var second = await ConsumeAsync();
        await Task.WhenAll(first.HoldsQueuesAsync(2), second.HoldsQueuesAsync(2));
        var before = await Producer.SendManyAsync(Topic, "before-", 20);
        await second.ReceivesAsync(all => all.Count + first.Received.Count >= 20);

        await first.CloseAsync();
        await second.HoldsQueuesAsync(4);
        var after = await Producer.SendManyAsync(Topic, "after-", 20);

        await second.ReceivesAsync(all => all.Count(m => m.Body.StartsWith("after-", StringComparison.Ordinal)) >= 20);
        Assert.That(first.Bodies.Concat(second.Bodies), Is.EquivalentTo(before.Concat(after)));
    }

    /// <summary>A killed client unregisters nothing: the broker sees its connection close.</summary>
    [Test]
    public async Task When_a_consumer_dies_the_other_takes_its_queues()
    {
        var first = await ConsumeAsync();
        var second = await ConsumeAsync();
        await Task.WhenAll(first.HoldsQueuesAsync(2), second.HoldsQueuesAsync(2));

        await first.KillAsync();

        await second.HoldsQueuesAsync(4);
        var bodies = await Producer.SendManyAsync(Topic, "taken-over-", 12);
        Assert.That((await second.ReceivesAsync(12)).Select(m => m.Body), Is.EquivalentTo(bodies));
    }

    [Test]
    public async Task A_group_goes_on_where_its_last_consumer_stopped()
    {
        var first = await ConsumeAsync();
        await Producer.SendManyAsync(Topic, "early-", 10);
        await first.ReceivesAsync(10);
        await first.CloseAsync();
        var late = await Producer.SendManyAsync(Topic, "late-", 10);

        var second = await ConsumeAsync();

        Assert.That((await second.ReceivesAsync(10)).Select(m => m.Body), Is.EquivalentTo(late));
    }

    [Test]
    public async Task Broadcast_consumers_each_get_every_message()
    {
        var settings = new ConsumerSettings(Topic) { Broadcast = true };
        var first = await ConsumeAsync(settings);
        var second = await ConsumeAsync(settings);
        await Task.WhenAll(first.HoldsQueuesAsync(4), second.HoldsQueuesAsync(4));

        var bodies = await Producer.SendManyAsync(Topic, "all-", 10);

        Assert.That((await first.ReceivesAsync(10)).Select(m => m.Body), Is.EquivalentTo(bodies));
        Assert.That((await second.ReceivesAsync(10)).Select(m => m.Body), Is.EquivalentTo(bodies));
    }

    /// <summary>The first redelivery waits for level 3, which is 1 s here.</summary>
    [Test]
    public async Task A_refused_message_comes_back_later_with_its_count_and_its_topic()
    {
        var consumer = await ConsumeAsync(new ConsumerSettings(Topic) { FailTimes = 2 });
        await consumer.HoldsQueuesAsync(4);
        await Producer.SendAsync(new OutgoingMessage(Topic, "stubborn") { Tag = "T", Keys = ["k"] });

        var received = await consumer.ReceivesAsync(3);

        Assert.Multiple(() =>
        {
            Assert.That(received.Select(m => m.Body), Is.All.EqualTo("stubborn"));
            Assert.That(received.Select(m => m.ReconsumeTimes), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(received.Select(m => m.Refused), Is.EqualTo(new[] { true, true, false }));
            Assert.That(received.Select(m => m.Topic), Is.All.EqualTo(Topic));
            Assert.That(received.Select(m => m.Tag), Is.All.EqualTo("T"));
            Assert.That(received.Select(m => m.Keys), Is.All.EqualTo("k"));
            Assert.That(received[1].At - received[0].At, Is.InRange(900, 6_000), "ms to the first redelivery, level 3 being 1 s");
        });
    }

    [Test]
    public async Task A_message_that_is_refused_once_too_often_is_found_among_the_dead_letters()
    {
        var consumer = await ConsumeAsync(new ConsumerSettings(Topic) { FailTimes = 99, MaxReconsumeTimes = 1 });
        await consumer.HoldsQueuesAsync(4);
        await Producer.SendAsync(new OutgoingMessage(Topic, "hopeless") { Tag = "T", Keys = ["k"] });
        await consumer.ReceivesAsync(2);

        await RoutedAsync($"%DLQ%{Group}");
        var undertaker = await ConsumeAsync(new ConsumerSettings($"%DLQ%{Group}"), $"{Group}-undertakers");
        var dead = (await undertaker.ReceivesAsync(1)).Single();

        Assert.Multiple(() =>
        {
            Assert.That((dead.Body, dead.Tag, dead.Keys), Is.EqualTo(("hopeless", "T", "k")));
            Assert.That(dead.ReconsumeTimes, Is.EqualTo(2));
            Assert.That(dead.Properties["RETRY_TOPIC"], Is.EqualTo(Topic));
            Assert.That(consumer.Received, Has.Count.EqualTo(2));
        });
    }

    /// <summary>
    /// The client sends what has one sharding key to one queue, but for keys whose hash means queue 0 (these are none), and takes a queue's
    /// messages one after another.
    /// </summary>
    [Test]
    public async Task What_belongs_together_arrives_in_the_order_it_was_sent()
    {
        var consumer = await ConsumeAsync();
        await consumer.HoldsQueuesAsync(4);
        string[] accounts = ["account-2", "account-3", "account-5", "account-6", "account-7"];
        foreach (var i in Enumerable.Range(0, 40))
        {
            await Producer.SendAsync(new OutgoingMessage(Topic, $"{i}") { Properties = new() { ["__SHARDING_KEY"] = accounts[i % 5] } });
        }

        var received = await consumer.ReceivesAsync(40);

        foreach (var account in received.GroupBy(m => m.Properties["__SHARDING_KEY"]))
        {
            Assert.That(account.Select(m => int.Parse(m.Body)), Is.Ordered.And.Exactly(8).Items, account.Key);
            Assert.That(account.Select(m => m.QueueId).Distinct().Count(), Is.EqualTo(1), account.Key);
        }
    }

    /// <summary>A parked pull is answered when a message arrives, not when its wait is over.</summary>
    [Test]
    public async Task A_waiting_consumer_gets_a_message_at_once()
    {
        var consumer = await ConsumeAsync();
        await consumer.HoldsQueuesAsync(4);
        await Producer.SendManyAsync(Topic, "warm-", 8);
        await consumer.ReceivesAsync(8);

        await Producer.SendManyAsync(Topic, "swift-", 20);
        var swift = (await consumer.ReceivesAsync(28)).Where(m => m.Body.StartsWith("swift-", StringComparison.Ordinal)).Select(m => m.At - m.StoreTimestamp).Order().ToList();

        Assert.That(swift[swift.Count / 2], Is.LessThan(100), "median ms from stored to received");
    }
}
