using System.Collections.Concurrent;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>Sending and consuming.</summary>
public class EndToEndTests : EndToEndTest
{
    [Test]
    public async Task What_is_sent_is_consumed_once_by_its_group()
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Once", "Once-G"), Collect(received));
        for (var i = 0; i < 500; i++)
        {
            await Producer.SendAsync(Text("Once", $"{i}"));
        }

        await AllAsync(received, 500);
        Assert.That(received.Order(), Is.EqualTo(Enumerable.Range(0, 500).Select(i => $"{i}").Order()));
    }

    [Test]
    public async Task Batches_large_bodies_and_properties_come_out_as_they_went_in()
    {
        var received = new ConcurrentQueue<ReceivedMessage>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Shapes", "Shapes-G"), (m, _) =>
        {
            received.Enqueue(m);
            return new(ConsumeResult.Success);
        });
        var large = new byte[200_000];
        new Random(1).NextBytes(large.AsSpan(0, 1000));

        await Producer.SendBatchAsync([.. Enumerable.Range(0, 5).Select(i => Text("Shapes", $"b{i}"))]);
        await Producer.SendAsync(new Message("Shapes", large) { Tag = "L", Keys = ["key"], Properties = new Dictionary<string, string> { ["ä"] = "ö" } });

        await Eventually.TrueAsync(() => received.Count == 6, "all messages");
        var single = received.Single(m => m.Tag == "L");
        Assert.That(single.Body.ToArray(), Is.EqualTo(large));
        Assert.That(single.Properties["ä"], Is.EqualTo("ö"));
        Assert.That(received.Where(m => m.Tag is null).Select(m => Body(m)).Order(), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"b{i}")));
    }

    [Test]
    public async Task Two_consumers_share_the_queues_and_one_takes_over_from_the_other()
    {
        await Producer.SendAsync(Text("Shared", "first"));
        await using var other = Cluster.Client();
        var received = new ConcurrentQueue<string>();
        await using var first = await Client.StartPushConsumerAsync(Push("Shared", "Shared-G"), Collect(received));
        var second = await other.StartPushConsumerAsync(Push("Shared", "Shared-G"), Collect(received));
        await Eventually.TrueAsync(() => Own(first).Count == 2 && Own(second).Count == 2, "two queues each");

        await second.DisposeAsync();

        await Eventually.TrueAsync(() => Own(first).Count == 4, "all queues");
        for (var i = 0; i < 20; i++)
        {
            await Producer.SendAsync(Text("Shared", $"{i}"));
        }

        await AllAsync(received, 21);

        static List<MessageQueue> Own(PushConsumer consumer) => [.. consumer.Queues.Where(q => q.Topic == "Shared")];
    }

    [Test]
    public async Task A_message_that_fails_comes_again_through_the_broker()
    {
        var attempts = new ConcurrentQueue<(int Attempt, string Topic)>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Again", "Again-G"), (m, _) =>
        {
            attempts.Enqueue((m.DeliveryAttempt, m.Topic));
            return new(m.DeliveryAttempt == 0 ? ConsumeResult.LaterAt(1) : ConsumeResult.Success);
        });
        await Producer.SendAsync(Text("Again", "x"));

        await Eventually.TrueAsync(() => attempts.Count == 2, "the second attempt, after a second");
        Assert.That(attempts, Is.EqualTo(new[] { (0, "Again"), (1, "Again") }));
    }

    [Test]
    public async Task Tags_and_sql_conditions_select_messages()
    {
        var byTag = new ConcurrentQueue<string>();
        var bySql = new ConcurrentQueue<string>();
        await using var tags = await Client.StartPushConsumerAsync(Push("Chosen", "Tag-G", FilterExpression.Tags("A", "B")), Collect(byTag));
        await using var sql = await Client.StartPushConsumerAsync(Push("Chosen", "Sql-G", FilterExpression.Sql("price > 10")), Collect(bySql));
        foreach (var (tag, price) in new[] { ("A", 5), ("B", 20), ("C", 30) })
        {
            await Producer.SendAsync(Text("Chosen", $"{tag}{price}") with { Tag = tag, Properties = new Dictionary<string, string> { ["price"] = $"{price}" } });
        }

        await AllAsync(byTag, 2);
        await AllAsync(bySql, 2);
        Assert.That(byTag.Order(), Is.EqualTo(new[] { "A5", "B20" }));
        Assert.That(bySql.Order(), Is.EqualTo(new[] { "B20", "C30" }));
    }

    [Test]
    public async Task Messages_of_one_key_are_consumed_in_the_order_they_were_sent()
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await Client.StartPushConsumerAsync(
            Push("Sequence", "Sequence-G") with { Ordered = true },
            async (m, _) =>
            {
                await Task.Yield();
                received.Enqueue(Body(m));
                return ConsumeResult.Success;
            });
        for (var i = 0; i < 60; i++)
        {
            await Producer.SendAsync(Text("Sequence", $"{i % 3}:{i / 3}") with { ShardingKey = $"order-{i % 3}" });
        }

        await AllAsync(received, 60);
        foreach (var order in received.GroupBy(m => m[0]))
        {
            Assert.That(order, Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"{order.Key}:{i}")));
        }
    }

    [Test]
    public async Task Queues_are_read_and_searched_by_hand()
    {
        var queue = (await Producer.SendAsync(Text("ByHand", "0"))).Queue;
        for (var i = 1; i < 10; i++)
        {
            await Producer.SendAsync(Text("ByHand", $"{i}"), queue);
        }

        var consumer = Client.CreatePullConsumer("ByHand-G");
        PullResult? result = null;
        await Eventually.TrueAsync(async () => (result = await consumer.PullAsync(queue, 0)).Messages.Count == 10, "all messages");
        Assert.That(await consumer.GetMaxOffsetAsync(queue), Is.EqualTo(10));
        Assert.That(await consumer.GetMinOffsetAsync(queue), Is.Zero);
        Assert.That(await consumer.SearchOffsetAsync(queue, result!.Messages[4].StoreTime), Is.LessThanOrEqualTo(4));
        await consumer.SetOffsetAsync(queue, 7);
        Assert.That(await consumer.GetOffsetAsync(queue), Is.EqualTo(7));
    }

    [Test]
    public async Task A_message_is_found_by_either_of_its_ids()
    {
        var receipt = await Producer.SendAsync(Text("Found", "x") with { Keys = ["order-1"] });

        var found = await Client.Admin.Messages.GetAsync(receipt.OffsetMessageId);

        Assert.That(found.UniqueKey, Is.EqualTo(receipt.MessageId));
    }

    [Test]
    public async Task Delayed_messages_come_after_their_time()
    {
        var received = new ConcurrentQueue<(string Body, DateTimeOffset At, DateTimeOffset Born)>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Delayed", "Delayed-G"), (m, _) =>
        {
            received.Enqueue((Body(m), DateTimeOffset.UtcNow, m.BornTime));
            return new(ConsumeResult.Success);
        });

        await Producer.SendAsync(Text("Delayed", "x") with { DelayLevel = 1 });

        await Eventually.TrueAsync(() => received.Count == 1, "the message");
        Assert.That(received.Single().At - received.Single().Born, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(900)));
    }
}
