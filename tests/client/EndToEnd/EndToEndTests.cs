using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>The client against a real name server and broker, on the real clock.</summary>
public class EndToEndTests
{
    private LocalCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private Producer _producer = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await LocalCluster.StartAsync();
        _client = _cluster.Client();
        _producer = _client.CreateProducer(new ProducerOptions { Group = "P" });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task What_is_sent_is_consumed_once_by_its_group()
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await _client.StartPushConsumerAsync(Options("Once", "Once-G"), Collect(received));
        for (var i = 0; i < 500; i++)
        {
            await _producer.SendAsync(Text("Once", $"{i}"));
        }

        await AllAsync(received, 500);
        Assert.That(received.Order(), Is.EqualTo(Enumerable.Range(0, 500).Select(i => $"{i}").Order()));
    }

    [Test]
    public async Task Batches_large_bodies_and_properties_come_out_as_they_went_in()
    {
        var received = new ConcurrentQueue<ReceivedMessage>();
        await using var consumer = await _client.StartPushConsumerAsync(Options("Shapes", "Shapes-G"), (m, _) =>
        {
            received.Enqueue(m);
            return new(ConsumeResult.Success);
        });
        var large = new byte[200_000];
        new Random(1).NextBytes(large.AsSpan(0, 1000));

        await _producer.SendBatchAsync([.. Enumerable.Range(0, 5).Select(i => Text("Shapes", $"b{i}"))]);
        await _producer.SendAsync(new Message("Shapes", large) { Tag = "L", Keys = ["key"], Properties = new Dictionary<string, string> { ["ä"] = "ö" } });

        await Eventually.TrueAsync(() => received.Count == 6, "all messages");
        var single = received.Single(m => m.Tag == "L");
        Assert.That(single.Body.ToArray(), Is.EqualTo(large));
        Assert.That(single.Properties["ä"], Is.EqualTo("ö"));
        Assert.That(received.Where(m => m.Tag is null).Select(m => Encoding.UTF8.GetString(m.Body.Span)).Order(), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"b{i}")));
    }

    [Test]
    public async Task Two_consumers_share_the_queues_and_one_takes_over_from_the_other()
    {
        await _producer.SendAsync(Text("Shared", "first"));
        await using var other = _cluster.Client();
        var received = new ConcurrentQueue<string>();
        await using var first = await _client.StartPushConsumerAsync(Options("Shared", "Shared-G"), Collect(received));
        var second = await other.StartPushConsumerAsync(Options("Shared", "Shared-G"), Collect(received));
        await Eventually.TrueAsync(() => Own(first).Count == 2 && Own(second).Count == 2, "two queues each");

        await second.DisposeAsync();

        await Eventually.TrueAsync(() => Own(first).Count == 4, "all queues");
        for (var i = 0; i < 20; i++)
        {
            await _producer.SendAsync(Text("Shared", $"{i}"));
        }

        await AllAsync(received, 21);

        static List<MessageQueue> Own(PushConsumer consumer) => [.. consumer.Queues.Where(q => q.Topic == "Shared")];
    }

    [Test]
    public async Task A_message_that_fails_comes_again_through_the_broker()
    {
        var attempts = new ConcurrentQueue<(int Attempt, string Topic)>();
        await using var consumer = await _client.StartPushConsumerAsync(Options("Again", "Again-G"), (m, _) =>
        {
            attempts.Enqueue((m.DeliveryAttempt, m.Topic));
            return new(m.DeliveryAttempt == 0 ? ConsumeResult.LaterAt(1) : ConsumeResult.Success);
        });
        await _producer.SendAsync(Text("Again", "x"));

        await Eventually.TrueAsync(() => attempts.Count == 2, "the second attempt, after a second");
        Assert.That(attempts, Is.EqualTo(new[] { (0, "Again"), (1, "Again") }));
    }

    [Test]
    public async Task Tags_and_sql_conditions_select_messages()
    {
        var byTag = new ConcurrentQueue<string>();
        var bySql = new ConcurrentQueue<string>();
        await using var tags = await _client.StartPushConsumerAsync(Options("Chosen", "Tag-G", FilterExpression.Tags("A", "B")), Collect(byTag));
        await using var sql = await _client.StartPushConsumerAsync(Options("Chosen", "Sql-G", FilterExpression.Sql("price > 10")), Collect(bySql));
        foreach (var (tag, price) in new[] { ("A", 5), ("B", 20), ("C", 30) })
        {
            await _producer.SendAsync(Text("Chosen", $"{tag}{price}") with { Tag = tag, Properties = new Dictionary<string, string> { ["price"] = $"{price}" } });
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
        await using var consumer = await _client.StartPushConsumerAsync(
            Options("Sequence", "Sequence-G") with { Ordered = true },
            async (m, _) =>
            {
                await Task.Yield();
                received.Enqueue(Encoding.UTF8.GetString(m.Body.Span));
                return ConsumeResult.Success;
            });
        for (var i = 0; i < 60; i++)
        {
            await _producer.SendAsync(Text("Sequence", $"{i % 3}:{i / 3}") with { ShardingKey = $"order-{i % 3}" });
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
        var queue = (await _producer.SendAsync(Text("ByHand", "0"))).Queue;
        for (var i = 1; i < 10; i++)
        {
            await _producer.SendAsync(Text("ByHand", $"{i}"), queue);
        }

        var consumer = _client.CreatePullConsumer("ByHand-G");
        PullResult? result = null;
        await Eventually.TrueAsync(() => (result = consumer.PullAsync(queue, 0).Result).Messages.Count == 10, "all messages");
        Assert.That(await consumer.GetMaxOffsetAsync(queue), Is.EqualTo(10));
        Assert.That(await consumer.GetMinOffsetAsync(queue), Is.Zero);
        Assert.That(await consumer.SearchOffsetAsync(queue, result!.Messages[4].StoreTime), Is.LessThanOrEqualTo(4));
        await consumer.SetOffsetAsync(queue, 7);
        Assert.That(await consumer.GetOffsetAsync(queue), Is.EqualTo(7));
    }

    [Test]
    public async Task A_message_is_found_by_either_of_its_ids()
    {
        var receipt = await _producer.SendAsync(Text("Found", "x") with { Keys = ["order-1"] });

        var found = await _client.Admin.Messages.GetAsync(receipt.OffsetMessageId);

        Assert.That(found.UniqueKey, Is.EqualTo(receipt.MessageId));
    }

    [Test]
    public async Task Delayed_messages_come_after_their_time()
    {
        var received = new ConcurrentQueue<(string Body, DateTimeOffset At, DateTimeOffset Born)>();
        await using var consumer = await _client.StartPushConsumerAsync(Options("Delayed", "Delayed-G"), (m, _) =>
        {
            received.Enqueue((Encoding.UTF8.GetString(m.Body.Span), DateTimeOffset.UtcNow, m.BornTime));
            return new(ConsumeResult.Success);
        });

        await _producer.SendAsync(Text("Delayed", "x") with { DelayLevel = 1 });

        await Eventually.TrueAsync(() => received.Count == 1, "the message");
        Assert.That(received.Single().At - received.Single().Born, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(900)));
    }

    private static Message Text(string topic, string body) => new(topic, Encoding.UTF8.GetBytes(body));

    private static PushConsumerOptions Options(string topic, string group, FilterExpression? filter = null) => new()
    {
        Group = group,
        Subscriptions = new Dictionary<string, FilterExpression> { [topic] = filter ?? FilterExpression.All },
        ConsumeFrom = ConsumeFrom.FirstOffset,
    };

    private static MessageHandler Collect(ConcurrentQueue<string> received) => (m, _) =>
    {
        received.Enqueue(Encoding.UTF8.GetString(m.Body.Span));
        return new(ConsumeResult.Success);
    };

    private static Task AllAsync(ConcurrentQueue<string> received, int count) =>
        Eventually.TrueAsync(() => received.Count >= count, $"{count} messages");
}
