using System.Buffers;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Tests;

public class SimpleConsumerTests
{
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private SimpleConsumer _consumer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a", "b");
        _cluster.Route("T", queues: 2, brokers: "a");
        _cluster.Route("Both", queues: 1);
        _client = _cluster.Client(o => o with { Serialization = SerializeType.RocketMq });
        _consumer = _client.CreateSimpleConsumer(new SimpleConsumerOptions
        {
            Group = "G",
            Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.Tags("A"), ["Both"] = FilterExpression.All },
        });
        for (var i = 0; i < 12; i++)
        {
            _cluster["a"].Put("T", 1, "x"u8);
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_receive_asks_for_what_the_options_say()
    {
        Pop(3);

        await _consumer.ReceiveAsync("T", maxMessages: 8);

        var request = _cluster["a"].Received(RequestCode.PopMessage).Single();
        var pop = request.ReadHeader<PopMessageRequestHeader>();
        Assert.Multiple(() =>
        {
            Assert.That(request.SerializeType, Is.EqualTo(SerializeType.Json), "the binary header can't hold the code");
            Assert.That(pop.QueueId, Is.EqualTo(-1));
            Assert.That(pop.MaxMsgNums, Is.EqualTo(8));
            Assert.That(pop.InvisibleTime, Is.EqualTo(30_000));
            Assert.That(pop.PollTime, Is.EqualTo(15_000));
            Assert.That(pop.Exp, Is.EqualTo("A"));
        });
    }

    [Test]
    public async Task An_ack_carries_the_handle_made_from_the_pop()
    {
        Pop(3, 4);
        var messages = await _consumer.ReceiveAsync("T");

        await _consumer.AckAsync(messages[1]);

        var ack = _cluster["a"].Received(RequestCode.AckMessage).Single().ReadHeader<AckMessageRequestHeader>();
        Assert.That(ack.ExtraInfo, Is.EqualTo("3 1000 30000 5 0 a 1 4"));
        Assert.That(ack.Offset, Is.EqualTo(4));
        Assert.That(ack.Topic, Is.EqualTo("T"));
        Assert.That(messages[1].VisibleAgainAt, Is.EqualTo(DateTimeOffset.FromUnixTimeMilliseconds(31_000)));
    }

    [TestCase("1", "%RETRY%G_T")]
    [TestCase("2", "%RETRY%G+T")]
    public async Task A_message_that_comes_again_is_acknowledged_where_it_lies(string flag, string topic)
    {
        var offset = _cluster["a"].Put("T", 0, "again"u8, System.Text.Encoding.UTF8.GetBytes($"POP_CK\u00010 1000 30000 5 {flag} a 0 7\u0002"));
        _cluster["a"].Script(RequestCode.PopMessage, _ => Reply([_cluster["a"].Record("T", 0, (int)offset)], ""));

        await _consumer.AckAsync((await _consumer.ReceiveAsync("T")).Single());

        var ack = _cluster["a"].Received(RequestCode.AckMessage).Single().ReadHeader<AckMessageRequestHeader>();
        Assert.That(ack.Topic, Is.EqualTo(topic));
        Assert.That(ack.ExtraInfo, Is.EqualTo($"0 1000 30000 5 {flag} a 0 7"));
        Assert.That(ack.Offset, Is.EqualTo(7));
    }

    [Test]
    public async Task Several_messages_are_acknowledged_with_one_request_and_a_bit_each()
    {
        Pop(2, 3, 11);
        var messages = await _consumer.ReceiveAsync("T");

        await _consumer.AckAsync(messages.Where(m => m.Message.QueueOffset != 3).ToList());

        var body = RemotingJson.Deserialize<BatchAckMessageRequestBody>(_cluster["a"].Received(RequestCode.BatchAckMessage).Single().Body);
        var ack = body.Acks.Single();
        Assert.Multiple(() =>
        {
            Assert.That(body.BrokerName, Is.EqualTo("a"));
            Assert.That(ack.BitSet, Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That((ack.ConsumerGroup, ack.Topic, ack.Retry, ack.StartOffset, ack.QueueId), Is.EqualTo(("G", "T", "0", 2L, 1)));
            Assert.That((ack.ReviveQueueId, ack.PopTime, ack.InvisibleTime), Is.EqualTo((5, 1000L, 30_000L)));
        });
    }

    [Test]
    public async Task A_message_hidden_for_longer_is_acknowledged_by_its_new_handle()
    {
        Pop(3);
        _cluster["a"].Script(RequestCode.ChangeMessageInvisibletime, _ => RemotingCommand.Response(
            0, new ChangeInvisibleTimeResponseHeader { PopTime = 2000, InvisibleTime = 60_000, ReviveQid = 6 }));
        var message = (await _consumer.ReceiveAsync("T")).Single();

        await _consumer.ChangeInvisibleTimeAsync(message, TimeSpan.FromMinutes(1));
        await _consumer.AckAsync(message);

        var change = _cluster["a"].Received(RequestCode.ChangeMessageInvisibletime).Single().ReadHeader<ChangeInvisibleTimeRequestHeader>();
        Assert.That(change.InvisibleTime, Is.EqualTo(60_000));
        var ack = _cluster["a"].Received(RequestCode.AckMessage).Single().ReadHeader<AckMessageRequestHeader>();
        Assert.That(ack.ExtraInfo, Is.EqualTo("3 2000 60000 6 0 a 1 3"));
    }

    [Test]
    public async Task Every_broker_is_asked_before_one_is_waited_at()
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.PopMessage, c =>
            {
                _cluster.Time.Advance(TimeSpan.FromMilliseconds(c.Request.ReadHeader<PopMessageRequestHeader>().PollTime));
                return RemotingCommand.Response(ResponseCode.PollingTimeout);
            });
        }

        Assert.That(await _consumer.ReceiveAsync("Both"), Is.Empty);

        var waits = _cluster.Brokers.Select(b => b.Received(RequestCode.PopMessage).Select(r => r.ReadHeader<PopMessageRequestHeader>().PollTime).ToList()).ToList();
        Assert.That(waits.Select(w => w[0]), Is.All.Zero);
        Assert.That(waits.Sum(w => w.Sum()), Is.EqualTo(15_000));
    }

    [Test]
    public void A_topic_not_subscribed_to_is_refused() =>
        Assert.That(() => _consumer.ReceiveAsync("Other"), Throws.ArgumentException.With.Message.Contains("'Other'"));

    private void Pop(params int[] offsets) =>
        _cluster["a"].Script(RequestCode.PopMessage, _ => Reply([.. offsets.Select(o => _cluster["a"].Record("T", 1, o))], $"0 1 {offsets[0]}"));

    private static RemotingCommand Reply(byte[][] records, string startOffsets)
    {
        var response = RemotingCommand.Response(0, new PopMessageResponseHeader
        {
            PopTime = 1000, InvisibleTime = 30_000, ReviveQid = 5, StartOffsetInfo = startOffsets, MsgOffsetInfo = "",
        });
        response.Body = new ReadOnlySequence<byte>(records.SelectMany(r => r).ToArray());
        return response;
    }
}
