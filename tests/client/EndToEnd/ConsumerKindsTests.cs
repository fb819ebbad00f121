using System.Collections.Concurrent;
using RocketMQ.Client.Tests.Fakes;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>Popping, polling, broadcasting and ordered consumption.</summary>
public class ConsumerKindsTests : EndToEndTest
{
    [Test]
    public async Task Received_messages_are_hidden_until_they_are_acknowledged_or_their_time_is_over()
    {
        for (var i = 0; i < 8; i++)
        {
            await Producer.SendAsync(Text("Popped", $"{i}"));
        }

        var consumer = Pop("Popped");
        var first = await ReceiveAsync(consumer, "Popped", 8, TimeSpan.FromSeconds(2));
        Assert.That(first.Select(m => Body(m.Message)).Order(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => $"{i}")));
        Assert.That(await consumer.ReceiveAsync("Popped"), Is.Empty, "hidden from everybody of the group");

        await consumer.AckAsync(first[0]);
        await consumer.AckAsync([.. first.Skip(1).Take(4)]);
        await consumer.ChangeInvisibleTimeAsync(first[5], TimeSpan.FromMinutes(5));
        await consumer.ChangeInvisibleTimeAsync(first[6], TimeSpan.FromSeconds(1));

        var again = await ReceiveAsync(consumer, "Popped", 2, TimeSpan.FromSeconds(30));
        Assert.That(again.Select(m => Body(m.Message)), Is.EquivalentTo(first.Skip(6).Select(m => Body(m.Message))));
        Assert.That(again.Select(m => m.Message.DeliveryAttempt), Is.All.EqualTo(1));
        Assert.That(again.Select(m => m.Topic), Is.All.EqualTo("Popped"));
        await consumer.AckAsync(again);
        Assert.That(await consumer.ReceiveAsync("Popped"), Is.Empty);
    }

    [Test]
    public async Task A_receive_that_waits_is_answered_when_a_message_comes()
    {
        await Producer.SendAsync(Text("Waited", "makes the topic"));
        var consumer = Pop("Waited", TimeSpan.FromSeconds(10), "Waited-G", FilterExpression.Tags("A"));
        var receiving = consumer.ReceiveAsync("Waited");
        await Task.Delay(300);
        var sent = DateTimeOffset.UtcNow;

        await Producer.SendAsync(Text("Waited", "no") with { Tag = "B" });
        await Producer.SendAsync(Text("Waited", "yes") with { Tag = "A" });

        Assert.That((await receiving).Select(m => Body(m.Message)), Is.EqualTo(new[] { "yes" }));
        Assert.That(DateTimeOffset.UtcNow - sent, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Two_poppers_share_a_queue()
    {
        var queue = (await Producer.SendAsync(Text("Common", "0"))).Queue;
        for (var i = 1; i < 40; i++)
        {
            await Producer.SendAsync(Text("Common", $"{i}"), queue);
        }

        await using var other = Cluster.Client();
        var seen = new ConcurrentQueue<string>();
        await Task.WhenAll(new[] { Pop("Common"), other.CreateSimpleConsumer(PopOptions("Common")) }.Select(async consumer =>
        {
            while (await consumer.ReceiveAsync("Common", maxMessages: 4) is { Count: > 0 } messages)
            {
                foreach (var message in messages)
                {
                    seen.Enqueue(Body(message.Message));
                    await consumer.AckAsync(message);
                }
            }
        }));

        Assert.That(seen, Is.EquivalentTo(Enumerable.Range(0, 40).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_poller_goes_on_where_the_group_committed()
    {
        for (var i = 0; i < 20; i++)
        {
            await Producer.SendAsync(Text("Polled", $"{i}"));
        }

        var options = new LitePullConsumerOptions { Group = "Polled-G", Subscriptions = To("Polled"), ConsumeFrom = ConsumeFrom.FirstOffset, PullBatchSize = 2 };
        var first = new List<string>();
        await using (var consumer = await Client.StartLitePullConsumerAsync(options))
        {
            while (first.Count < 10)
            {
                first.AddRange((await consumer.PollAsync(TimeSpan.FromSeconds(5))).Select(Body));
            }

            await consumer.CommitAsync();
        }

        await using var other = Cluster.Client();
        await using var second = await other.StartLitePullConsumerAsync(options);
        var rest = new List<string>();
        while (rest.Count < 20 - first.Count)
        {
            rest.AddRange((await second.PollAsync(TimeSpan.FromSeconds(5))).Select(Body));
        }

        Assert.That(first.Concat(rest), Is.EquivalentTo(Enumerable.Range(0, 20).Select(i => $"{i}")));
        Assert.That(await second.PollAsync(TimeSpan.FromMilliseconds(300)), Is.Empty);
    }

    [Test]
    public async Task Queues_assigned_by_hand_are_read_from_wherever_one_seeks()
    {
        var queue = (await Producer.SendAsync(Text("Sought", "0") with { Tag = "even" })).Queue;
        for (var i = 1; i < 10; i++)
        {
            await Producer.SendAsync(Text("Sought", $"{i}") with { Tag = i % 2 == 0 ? "even" : "odd" }, queue);
        }

        await using var client = Cluster.Client();
        await using var consumer = await client.StartLitePullConsumerAsync(new LitePullConsumerOptions { Group = "Sought-G", ConsumeFrom = ConsumeFrom.FirstOffset });
        await consumer.AssignAsync([queue], FilterExpression.Tags("even"));
        Assert.That(await PollAsync(5), Is.EqualTo(new[] { "0", "2", "4", "6", "8" }));

        await consumer.SeekAsync(queue, 5);

        Assert.That(await PollAsync(2), Is.EqualTo(new[] { "6", "8" }));

        async Task<List<string>> PollAsync(int count)
        {
            var bodies = new List<string>();
            while (bodies.Count < count)
            {
                bodies.AddRange((await consumer.PollAsync(TimeSpan.FromSeconds(5))).Select(Body));
            }

            return bodies;
        }
    }

    [Test]
    public async Task Every_broadcasting_consumer_gets_everything_and_goes_on_from_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("broadcast-").FullName;
        try
        {
            await Producer.SendAsync(Text("News", "0"));
            var options = Push("News", "News-G") with { Mode = ConsumeMode.Broadcasting, OffsetDirectory = folder };
            var (one, two, later) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
            await using (var client = Cluster.Client("one"))
            await using (var other = Cluster.Client("two"))
            await using (var first = await client.StartPushConsumerAsync(options, Collect(one)))
            await using (var second = await other.StartPushConsumerAsync(options, Collect(two)))
            {
                await Producer.SendAsync(Text("News", "1"));
                await AllAsync(one, 2);
                await AllAsync(two, 2);
            }

            await Producer.SendAsync(Text("News", "2"));
            await using var again = Cluster.Client("one");
            await using var consumer = await again.StartPushConsumerAsync(options, Collect(later));

            await AllAsync(later, 1);
            Assert.That((one.Order(), two.Order(), later.Single()), Is.EqualTo((new[] { "0", "1" }, new[] { "0", "1" }, "2")).Using<(IEnumerable<string>, IEnumerable<string>, string)>(
                (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3 == b.Item3 ? 0 : 1));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Order_is_kept_through_a_failure_and_a_second_consumer()
    {
        await Producer.SendAsync(Text("Steps", "0:first") with { ShardingKey = "0" });
        await using var other = Cluster.Client();
        var received = new ConcurrentQueue<string>();
        var failed = new ConcurrentDictionary<string, bool>();
        ValueTask<ConsumeResult> Handle(ReceivedMessage message, CancellationToken token)
        {
            if (Body(message).EndsWith(":5", StringComparison.Ordinal) && failed.TryAdd(Body(message), true))
            {
                return new(ConsumeResult.Later);
            }

            received.Enqueue(Body(message));
            return new(ConsumeResult.Success);
        }

        var options = Push("Steps", "Steps-G") with { Ordered = true, OrderedRetryDelay = TimeSpan.FromMilliseconds(50) };
        await using var one = await Client.StartPushConsumerAsync(options, Handle);
        for (var i = 0; i < 20; i++)
        {
            for (var key = 0; key < 4; key++)
            {
                await Producer.SendAsync(Text("Steps", $"{key}:{i}") with { ShardingKey = $"{key}" });
            }
        }

        await using var two = await other.StartPushConsumerAsync(options, Handle);
        for (var i = 20; i < 30; i++)
        {
            for (var key = 0; key < 4; key++)
            {
                await Producer.SendAsync(Text("Steps", $"{key}:{i}") with { ShardingKey = $"{key}" });
            }
        }

        await Eventually.TrueAsync(() => received.Distinct().Count() == 121, "all messages");
        foreach (var key in received.Where(m => !m.EndsWith("first", StringComparison.Ordinal)).Distinct().GroupBy(m => m[0]))
        {
            Assert.That(key, Is.EqualTo(Enumerable.Range(0, 30).Select(i => $"{key.Key}:{i}")));
        }
    }

    [Test]
    public void A_condition_that_is_no_sql_is_refused_with_the_reason() =>
        Assert.That(
            () => Client.StartPushConsumerAsync(Push("TBW102", "Bad-G", FilterExpression.Sql("price >")), (_, _) => new(ConsumeResult.Success)),
            Throws.InstanceOf<BrokerException>());

    private static SimpleConsumerOptions PopOptions(string topic, TimeSpan? wait = null, string? group = null, FilterExpression? filter = null) => new()
    {
        Group = group ?? topic + "-G",
        Subscriptions = To(topic, filter),
        AwaitTime = wait ?? TimeSpan.FromMilliseconds(500),
    };

    private SimpleConsumer Pop(string topic, TimeSpan? wait = null, string? group = null, FilterExpression? filter = null) =>
        Client.CreateSimpleConsumer(PopOptions(topic, wait, group, filter));

    private static async Task<List<PoppedMessage>> ReceiveAsync(SimpleConsumer consumer, string topic, int count, TimeSpan invisibleTime)
    {
        var messages = new List<PoppedMessage>();
        await Eventually.TrueAsync(
            async () =>
            {
                messages.AddRange(await consumer.ReceiveAsync(topic, invisibleTime: invisibleTime));
                return messages.Count >= count;
            },
            $"{count} messages");
        return messages;
    }
}
