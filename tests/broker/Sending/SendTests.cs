using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Sending;

public class SendTests
{
    [Test]
    public async Task A_sent_message_is_pulled_with_its_body_and_properties()
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await broker.SendAsync("Orders", "hello"u8.ToArray(), 1, [new("TAGS", "A"), new("KEYS", "k1 k2"), new("price", "12")]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        var header = sent.ReadHeader<SendMessageResponseHeader>();
        var message = TestBroker.Messages(await broker.PullAsync("Orders", 1, 0)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(header.QueueId, Is.EqualTo(1));
            Assert.That(header.QueueOffset, Is.Zero);
            Assert.That(header.MsgId, Is.EqualTo(message.OffsetMessageId));
            Assert.That(header.TransactionId, Is.EqualTo(message.UniqueKey));
            Assert.That(Encoding.UTF8.GetString(message.Body), Is.EqualTo("hello"));
            Assert.That(message.Tags, Is.EqualTo("A"));
            Assert.That(message.Properties["price"], Is.EqualTo("12"));
            Assert.That(message.Properties["CLUSTER"], Is.EqualTo("DefaultCluster"));
            Assert.That(message.BornTimestamp, Is.EqualTo(1_700_000_000_000));
        });
    }

    [Test]
    public async Task A_batch_takes_consecutive_offsets_and_is_answered_with_every_id()
    {
        await using var broker = await TestBroker.StartAsync();
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        for (var i = 0; i < 3; i++)
        {
            BatchBody.Write(body, i, Encoding.UTF8.GetBytes($"b{i}"), PropertyText.ToUtf8([new("TAGS", $"t{i}")]));
        }

        var header = TestBroker.SendHeader("Batches", 0);
        header.Batch = true;
        var sent = await broker.CallAsync(RequestCode.SendBatchMessage, header, body.WrittenSpan.ToArray());

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        var messages = TestBroker.Messages(await broker.PullAsync("Batches", 0, 0));
        Assert.Multiple(() =>
        {
            Assert.That(messages.Select(m => m.QueueOffset), Is.EqualTo(new long[] { 0, 1, 2 }));
            Assert.That(messages.Select(m => Encoding.UTF8.GetString(m.Body)), Is.EqualTo(new[] { "b0", "b1", "b2" }));
            Assert.That(messages.Select(m => m.Tags), Is.EqualTo(new[] { "t0", "t1", "t2" }));
            Assert.That(sent.ReadHeader<SendMessageResponseHeader>().MsgId.Split(','), Is.EqualTo(messages.Select(m => m.OffsetMessageId)));
        });
    }

    [Test]
    public async Task A_message_over_the_size_limit_is_refused_with_the_limit_named()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { MaxMessageSize = 1000 });

        var sent = await broker.SendAsync("Orders", new byte[1001]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Does.Contain("1000B"));
    }

    [Test]
    public async Task An_unknown_topic_is_refused_where_topics_are_not_created_automatically()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { AutoCreateTopicEnable = false });

        var sent = await broker.SendAsync("Nowhere", [1]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.TopicNotExist));
        Assert.That(sent.Remark, Does.Contain("topic[Nowhere] not exist"));
    }

    [TestCase("bad topic")]
    [TestCase("")]
    [TestCase("a.b")]
    public async Task A_topic_with_illegal_characters_is_refused(string topic)
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await broker.SendAsync(topic, [1]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.InvalidParameter));
    }

    [Test]
    public async Task A_system_topic_takes_no_sends()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.That((await broker.SendAsync("SCHEDULE_TOPIC_XXXX", [1])).Code, Is.EqualTo(ResponseCode.NoPermission));
    }

    [Test]
    public async Task A_queue_that_the_topic_does_not_have_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", queues: 2);

        Assert.That((await broker.SendAsync("Orders", [1], queueId: 2)).Code, Is.EqualTo(ResponseCode.InvalidParameter));
    }

    [Test]
    public async Task What_was_sent_is_still_there_after_a_restart()
    {
        var first = await TestBroker.StartAsync();
        await first.SendAsync("Orders", "kept"u8.ToArray());
        await using var second = await first.RestartAsync();

        var message = TestBroker.Messages(await second.PullAsync("Orders", 0, 0)).Single();

        Assert.That(Encoding.UTF8.GetString(message.Body), Is.EqualTo("kept"));
        Assert.That((await second.SendAsync("Orders", [1])).ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_delayed_message_arrives_after_its_delay_and_not_before()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { MessageDelayLevel = "1s 5s" });

        await broker.SendAsync("Orders", [1], properties: [new("DELAY", "1")]);

        Assert.That((await broker.PullAsync("Orders", 0, 0)).Code, Is.Not.EqualTo(ResponseCode.Success));
        var started = Environment.TickCount64;
        var message = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0, waitMs: 5000)).Single();
        Assert.That(Environment.TickCount64 - started, Is.GreaterThan(700));
        Assert.That(message.Properties["REAL_TOPIC"], Is.EqualTo("Orders"));
    }
}
