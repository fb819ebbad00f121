namespace RocketMQ.Interop.Tests;

/// <summary>What an unmodified Node.js client sends, it receives as it was.</summary>
public class SendingTests : InteropTest
{
    [Test]
    public async Task A_message_arrives_with_its_tag_keys_properties_and_unicode_body()
    {
        var sent = await Producer.SendAsync(new OutgoingMessage(Topic, "Grüße, 世界 🚀")
        {
            Tag = "TagÄ",
            Keys = ["order-1", "订单"],
            Properties = new() { ["colour"] = "blå", ["a"] = "5" },
        });

        var message = (await (await ConsumeAsync()).ReceivesAsync(1))[0];

        Assert.Multiple(() =>
        {
            Assert.That(sent.SendStatus, Is.EqualTo("SEND_OK"));
            Assert.That(message.Body, Is.EqualTo("Grüße, 世界 🚀"));
            Assert.That(message.Topic, Is.EqualTo(Topic));
            Assert.That(message.Tag, Is.EqualTo("TagÄ"));
            Assert.That(message.Keys, Is.EqualTo("order-1 订单"));
            Assert.That(message.Properties["colour"], Is.EqualTo("blå"));
            Assert.That(message.Properties["a"], Is.EqualTo("5"));
            Assert.That((message.MsgId, message.QueueId, message.QueueOffset), Is.EqualTo((sent.MsgId, sent.QueueId, sent.QueueOffset)));
            Assert.That(message.StoreTimestamp, Is.GreaterThanOrEqualTo(message.BornTimestamp));
            Assert.That(message.ReconsumeTimes, Is.Zero);
        });
    }

    [Test]
    public async Task Messages_of_a_queue_get_consecutive_offsets_and_arrive_in_that_order()
    {
        var sent = new List<SentMessage>();
        for (var i = 0; i < 40; i++)
        {
            sent.Add(await Producer.SendAsync(new OutgoingMessage(Topic, $"{i}")));
        }

        var received = await (await ConsumeAsync()).ReceivesAsync(40);

        foreach (var queue in sent.GroupBy(s => s.QueueId))
        {
            Assert.That(queue.Select(s => s.QueueOffset), Is.EqualTo(Enumerable.Range(0, queue.Count())), $"offsets in queue {queue.Key}");
            Assert.That(received.Where(m => m.QueueId == queue.Key).Select(m => m.MsgId), Is.EqualTo(queue.Select(s => s.MsgId)), $"order in queue {queue.Key}");
        }
    }

    [Test]
    public async Task One_way_messages_arrive()
    {
        for (var i = 0; i < 50; i++)
        {
            await Producer.SendOnewayAsync(new OutgoingMessage(Topic, $"oneway-{i}"));
        }

        var received = await (await ConsumeAsync()).ReceivesAsync(50);

        Assert.That(received.Select(m => m.Body), Is.EquivalentTo(Enumerable.Range(0, 50).Select(i => $"oneway-{i}")));
    }

    [Test]
    public async Task Sends_in_flight_together_each_get_their_own_answer()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Producer.SendAsync(new OutgoingMessage(Topic, $"{i}"))));

        var received = await (await ConsumeAsync()).ReceivesAsync(200);

        Assert.That(received.ToDictionary(m => m.MsgId, m => m.Body), Is.EquivalentTo(sent.Select((s, i) => KeyValuePair.Create(s.MsgId, $"{i}"))));
    }

    /// <summary>The client deflates bodies from 4 KiB on and says so in the message's flags.</summary>
    [TestCase(100_000, true)]
    [TestCase(600_000, false)]
    public async Task A_big_body_arrives_unharmed(int size, bool compressible)
    {
        var body = new byte[size];
        new Random(size).NextBytes(body);
        if (compressible)
        {
            body = [.. body.Select(b => (byte)('a' + b % 4))];
        }

        await Producer.SendAsync(new OutgoingMessage(Topic) { BodyBase64 = Convert.ToBase64String(body) });

        Assert.That((await (await ConsumeAsync()).ReceivesAsync(1))[0].Bytes, Is.EqualTo(body));
    }

    /// <summary>The message says what it is modelled on: the default topic. Its route has 4 queues here, and so has the new topic.</summary>
    [Test]
    public async Task The_first_message_to_an_unknown_topic_creates_it()
    {
        var unknown = $"{Topic}-new";
        await Producer.RouteLikeDefaultTopicAsync(unknown);

        var bodies = await Producer.SendManyAsync(unknown, "first-", 8);

        var consumer = await ConsumeAsync(new ConsumerSettings(unknown));
        Assert.That((await consumer.ReceivesAsync(8)).Select(m => m.Body), Is.EquivalentTo(bodies));
        await consumer.HoldsQueuesAsync(4);
    }

    [Test]
    public async Task A_message_with_a_delay_level_arrives_when_it_is_due()
    {
        var consumer = await ConsumeAsync();
        await consumer.HoldsQueuesAsync(4);
        await Producer.SendAsync(new OutgoingMessage(Topic, "later") { DelayLevel = 2, Tag = "T" });
        await Producer.SendAsync(new OutgoingMessage(Topic, "now"));

        var received = await consumer.ReceivesAsync(2);

        Assert.That(received.Select(m => m.Body), Is.EqualTo(new[] { "now", "later" }));
        Assert.That(received[1].At - received[1].BornTimestamp, Is.InRange(1_900, 6_000), "ms from sending to delivery, level 2 being 2 s");
        Assert.That(received[1].Tag, Is.EqualTo("T"));
    }
}
