using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tests;

public class ProducerTests
{
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private Producer _producer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a", "b");
        _cluster.Route("T", queues: 2);
        _client = _cluster.Client();
        _producer = _client.CreateProducer(new ProducerOptions { Group = "P" });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_message_arrives_with_its_body_tag_keys_and_properties()
    {
        var receipt = await _producer.SendAsync(new Message("T", "hello"u8.ToArray())
        {
            Tag = "Paid", Keys = ["k1", "k2"], Properties = new Dictionary<string, string> { ["region"] = "eu" }, Flag = 7,
        });

        var stored = _cluster[receipt.Queue.BrokerName].Messages("T").Single();
        Assert.Multiple(() =>
        {
            Assert.That(receipt.Status, Is.EqualTo(SendStatus.Stored));
            Assert.That(stored.Body, Is.EqualTo("hello"u8.ToArray()));
            Assert.That(stored.Tags, Is.EqualTo("Paid"));
            Assert.That(stored.Keys, Is.EqualTo("k1 k2"));
            Assert.That(stored.Properties["region"], Is.EqualTo("eu"));
            Assert.That(stored.UniqueKey, Is.EqualTo(receipt.MessageId));
            Assert.That(UniqueMessageId.TryParse(receipt.MessageId, out _));
            Assert.That(stored.QueueId, Is.EqualTo(receipt.Queue.QueueId));
        });
    }

    [Test]
    public async Task Messages_go_to_all_queues_in_turn()
    {
        var receipts = new List<SendReceipt>();
        for (var i = 0; i < 8; i++)
        {
            receipts.Add(await _producer.SendAsync(Text("T", "x")));
        }

        Assert.That(receipts.GroupBy(r => r.Queue).Select(g => g.Count()), Is.EqualTo(new[] { 2, 2, 2, 2 }));
    }

    [Test]
    public async Task Messages_of_one_sharding_key_go_to_one_queue()
    {
        var receipts = new List<SendReceipt>();
        for (var i = 0; i < 5; i++)
        {
            receipts.Add(await _producer.SendAsync(Text("T", "x") with { ShardingKey = "order-1" }));
        }

        Assert.That(receipts.Select(r => r.Queue).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_selector_and_an_explicit_queue_decide_where_a_message_goes()
    {
        var queue = new MessageQueue("T", "b", 1);

        var chosen = await _producer.SendAsync(Text("T", "x"), (queues, _) => queues[^1]);
        var explicitly = await _producer.SendAsync(Text("T", "x"), queue);

        Assert.That(chosen.Queue, Is.EqualTo(queue));
        Assert.That(explicitly.Queue, Is.EqualTo(queue));
    }

    [Test]
    public async Task A_large_body_is_compressed_on_the_way_and_comes_out_as_it_went_in()
    {
        var body = Encoding.UTF8.GetBytes(new string('a', 100_000));

        var receipt = await _producer.SendAsync(new Message("T", body));

        var stored = _cluster[receipt.Queue.BrokerName].Messages("T").Single();
        Assert.That(stored.Body, Is.EqualTo(body));
        Assert.That(stored.StoreSize, Is.LessThan(2000));
    }

    [Test]
    public async Task A_batch_is_stored_together_in_one_queue()
    {
        var receipt = await _producer.SendBatchAsync([Text("T", "1"), Text("T", "2"), Text("T", "3")]);

        var stored = _cluster[receipt.Queue.BrokerName].Messages("T");
        Assert.That(stored.Select(m => Encoding.UTF8.GetString(m.Body)), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(string.Join(',', stored.Select(m => m.UniqueKey)), Is.EqualTo(receipt.MessageId));
    }

    [Test]
    public async Task A_one_way_message_arrives_without_an_answer()
    {
        await _producer.SendOnewayAsync(Text("T", "x"));

        await Eventually.TrueAsync(() => _cluster.Brokers.Sum(b => b.Messages("T").Count) == 1, "the message arrives");
        Assert.That(_cluster.Brokers.SelectMany(b => b.Received(RequestCode.SendMessageV2)).Single().IsOneway);
    }

    [Test]
    public async Task A_broker_that_is_down_is_passed_over()
    {
        await _cluster["a"].StopAsync();

        for (var i = 0; i < 6; i++)
        {
            await _producer.SendAsync(Text("T", "x"));
        }

        Assert.That(_cluster["b"].Messages("T"), Has.Count.EqualTo(6));
    }

    [TestCase(ResponseCode.SystemError)]
    [TestCase(ResponseCode.SystemBusy)]
    [TestCase(ResponseCode.ServiceNotAvailable)]
    [TestCase(ResponseCode.NoPermission)]
    [TestCase(ResponseCode.TopicNotExist)]
    [TestCase(ResponseCode.GoAway)]
    public async Task A_broker_that_refuses_for_reasons_of_its_own_is_passed_over(int code)
    {
        _cluster["a"].Script(RequestCode.SendMessageV2, code, "not me");

        for (var i = 0; i < 4; i++)
        {
            Assert.That((await _producer.SendAsync(Text("T", "x"))).Queue.BrokerName, Is.EqualTo("b"));
        }
    }

    [Test]
    public void A_message_that_a_broker_finds_illegal_is_not_tried_elsewhere()
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.SendMessageV2, ResponseCode.MessageIllegal, "too long");
        }

        var failure = Assert.ThrowsAsync<SendFailedException>(() => _producer.SendAsync(Text("T", "x")))!;

        Assert.That(failure.Attempts, Has.Count.EqualTo(1));
        Assert.That(failure.Message, Does.Contain("too long"));
    }

    [Test]
    public void A_send_that_fails_everywhere_tells_every_attempt()
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.SendMessageV2, ResponseCode.SystemBusy, $"busy {broker.Name}");
        }

        var failure = Assert.ThrowsAsync<SendFailedException>(() => _producer.SendAsync(Text("T", "x")))!;

        Assert.That(failure.Attempts, Has.Count.EqualTo(3));
        Assert.That(failure.Message, Does.Contain("busy a").And.Contain("busy b"));
    }

    [Test]
    public async Task A_broker_that_does_not_answer_is_passed_over_after_the_timeout()
    {
        _cluster["a"].Script(RequestCode.SendMessageV2, _ => null);
        _cluster["b"].Script(RequestCode.SendMessageV2, _ => null);
        var sending = _producer.SendAsync(Text("T", "x"));
        await Eventually.TrueAsync(() => _cluster.Brokers.Any(b => b.Received(RequestCode.SendMessageV2).Any()), "the first attempt");
        foreach (var broker in _cluster.Brokers)
        {
            broker.Unscript(RequestCode.SendMessageV2);
        }

        _cluster.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.That((await sending).Status, Is.EqualTo(SendStatus.Stored));
        Assert.That(_cluster.Brokers.Select(b => b.Received(RequestCode.SendMessageV2).Count()), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public async Task A_broker_that_failed_is_avoided_until_it_is_forgiven()
    {
        _cluster["a"].Script(RequestCode.SendMessageV2, ResponseCode.SystemBusy, "busy");
        for (var i = 0; i < 4; i++)
        {
            await _producer.SendAsync(Text("T", "x"));
        }

        var before = _cluster["a"].Received(RequestCode.SendMessageV2).Count();
        _cluster["a"].Unscript(RequestCode.SendMessageV2);
        _cluster.Time.Advance(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 4; i++)
        {
            await _producer.SendAsync(Text("T", "x"));
        }

        Assert.That(before, Is.EqualTo(1));
        Assert.That(_cluster["a"].Messages("T"), Has.Count.EqualTo(2));
    }

    [TestCase(ResponseCode.FlushDiskTimeout, SendStatus.FlushDiskTimeout)]
    [TestCase(ResponseCode.FlushSlaveTimeout, SendStatus.FlushSlaveTimeout)]
    [TestCase(ResponseCode.SlaveNotAvailable, SendStatus.SlaveNotAvailable)]
    public async Task A_message_that_is_stored_but_not_safe_yet_says_so(int code, SendStatus status)
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.SendMessageV2, _ => RemotingCommand.Response(code, new SendMessageResponseHeader { MsgId = "m", QueueOffset = 9 }));
        }

        var receipt = await _producer.SendAsync(Text("T", "x"));

        Assert.That(receipt.Status, Is.EqualTo(status));
        Assert.That(receipt.QueueOffset, Is.EqualTo(9));
    }

    [Test]
    public async Task A_topic_that_does_not_exist_is_written_where_brokers_make_topics()
    {
        _cluster.Route("TBW102", queues: 8, perm: 7);

        var receipt = await _producer.SendAsync(Text("New", "x"));

        Assert.That(receipt.Queue.Topic, Is.EqualTo("New"));
        Assert.That(await _producer.GetQueuesAsync("New"), Has.Count.EqualTo(8));
    }

    [Test]
    public void A_topic_that_nobody_makes_is_refused_with_a_way_out()
    {
        var failure = Assert.ThrowsAsync<RouteNotFoundException>(() => _producer.SendAsync(Text("New", "x")))!;

        Assert.That(failure.Message, Does.Contain("'New'").And.Contain("autoCreateTopicEnable"));
    }

    [Test]
    public void A_topic_without_write_permission_is_refused()
    {
        _cluster.Route("R", perm: 4);

        Assert.That(() => _producer.SendAsync(Text("R", "x")), Throws.TypeOf<RouteNotFoundException>());
    }

    [Test]
    public async Task Routes_are_asked_for_again_every_30_seconds()
    {
        await _producer.SendAsync(Text("T", "x"));
        _cluster.Route("T", queues: 6);

        _cluster.Time.Advance(TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(() => _producer.GetQueuesAsync("T").Result.Count == 12, "the new queues");
    }

    [Test]
    public async Task The_next_name_server_is_asked_when_one_does_not_answer()
    {
        await using var client = _cluster.Client(o => o with { NameServers = $"127.0.0.1:1;{o.NameServers}" });
        await using var producer = client.CreateProducer();

        Assert.That(await producer.GetQueuesAsync("T"), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Brokers_hear_of_a_producer_and_of_its_leaving()
    {
        await _producer.SendAsync(Text("T", "x"));
        await Eventually.TrueAsync(() => _cluster.Brokers.All(b => b.Clients.ContainsKey(_client.ClientId)), "heartbeats");
        var heartbeat = _cluster["a"].Clients[_client.ClientId];

        await _producer.DisposeAsync();

        Assert.That(heartbeat.ProducerDataSet.Single().GroupName, Is.EqualTo("P"));
        Assert.That(_cluster["a"].Clients, Is.Empty);
    }

    [Test]
    public void A_group_has_one_producer_on_a_client()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => _client.CreateProducer(new ProducerOptions { Group = "P" }))!;

        Assert.That(failure.Message, Does.Contain("'P'"));
    }

    [Test]
    public async Task A_send_can_be_cancelled()
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.SendMessageV2, _ => null);
        }

        using var cancel = new CancellationTokenSource();
        var sending = _producer.SendAsync(Text("T", "x"), cancel.Token);
        await cancel.CancelAsync();

        Assert.That(() => sending, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Headers_may_be_written_in_binary()
    {
        await using var client = _cluster.Client(o => o with { Serialization = SerializeType.RocketMq });
        await using var producer = client.CreateProducer();

        var receipt = await producer.SendAsync(Text("T", "x"));

        Assert.That(_cluster[receipt.Queue.BrokerName].Received(RequestCode.SendMessageV2).Single().SerializeType, Is.EqualTo(SerializeType.RocketMq));
    }

    private static Message Text(string topic, string body) => new(topic, Encoding.UTF8.GetBytes(body));
}
