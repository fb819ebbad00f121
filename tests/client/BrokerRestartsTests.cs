using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Tests;

/// <summary>Sends while the only broker of a topic is away.</summary>
public class BrokerRestartsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 2);
        _client = _cluster.Client();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [TestCase(null)]
    [TestCase("order-1")]
    public async Task A_send_waits_for_a_broker_that_is_being_restarted(string? shardingKey)
    {
        await using var producer = _client.CreateProducer(new ProducerOptions());
        await _cluster["a"].StopAsync();
        var sending = producer.SendAsync(Text() with { ShardingKey = shardingKey });
        Assert.That(await PassAsync(sending, TimeSpan.FromSeconds(7)), Is.LessThan(TimeSpan.Zero), "it has not given up");

        await _cluster["a"].StartAsync();
        await PassAsync(sending, TimeSpan.FromSeconds(1.5));

        Assert.That((await sending).Status, Is.EqualTo(SendStatus.Stored));
        Assert.That(_cluster["a"].Received(RequestCode.SendMessageV2).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_send_to_a_queue_waits_for_its_broker_as_long_as_an_answer_may_take()
    {
        await using var producer = _client.CreateProducer(new ProducerOptions { SendTimeout = TimeSpan.FromSeconds(2) });
        await _cluster["a"].StopAsync();

        // Asked for before the stop, the queues would bring a heartbeat, and the send could meet its connection in the middle of its end.
        var queue = (await producer.GetQueuesAsync("T"))[0];
        var sending = producer.SendAsync(Text(), queue);
        await PassAsync(sending, TimeSpan.FromSeconds(1));
        await _cluster["a"].StartAsync();
        await PassAsync(sending, TimeSpan.FromSeconds(1));

        Assert.That((await sending).Queue, Is.EqualTo(queue));
    }

    [Test]
    public async Task A_broker_that_stays_away_fails_a_send_when_the_time_of_all_attempts_is_over()
    {
        await using var producer = _client.CreateProducer(new ProducerOptions { Retries = 1, SendTimeout = TimeSpan.FromSeconds(2) });
        await _cluster["a"].StopAsync();
        var sending = producer.SendAsync(Text());

        Assert.That(await PassAsync(sending, TimeSpan.FromSeconds(20)), Is.EqualTo(TimeSpan.FromSeconds(4)).Within(2 * Step));
        var failure = Assert.ThrowsAsync<SendFailedException>(() => sending)!;
        Assert.That(failure.Attempts, Has.Count.EqualTo(2).And.All.TypeOf<RemotingConnectException>());
    }

    [Test]
    public async Task A_send_waits_for_a_new_master_while_a_set_has_none()
    {
        await using var producer = _client.CreateProducer(new ProducerOptions());
        var withMaster = _cluster.NameServer.Routes["T"];
        LoseMaster();
        var sending = producer.SendAsync(Text());
        Assert.That(await PassAsync(sending, TimeSpan.FromSeconds(2)), Is.LessThan(TimeSpan.Zero), "it has not given up");
        _cluster.NameServer.Routes["T"] = withMaster;
        await PassAsync(sending, TimeSpan.FromSeconds(1));

        Assert.That((await sending).Status, Is.EqualTo(SendStatus.Stored));
    }

    [Test]
    public async Task A_set_that_stays_without_a_master_fails_a_send_when_an_answer_is_late()
    {
        LoseMaster();
        await using var producer = _client.CreateProducer(new ProducerOptions { SendTimeout = TimeSpan.FromSeconds(2) });
        var sending = producer.SendAsync(Text());

        Assert.That(await PassAsync(sending, TimeSpan.FromSeconds(20)), Is.EqualTo(TimeSpan.FromSeconds(2)).Within(2 * Step));
        Assert.That(() => sending, Throws.TypeOf<RouteNotFoundException>().With.Message.Contains("lacks a master"));
    }

    [Test]
    public async Task A_refusal_names_its_codes()
    {
        await using var producer = _client.CreateProducer(new ProducerOptions { Retries = 0 });
        _cluster["a"].Script(RequestCode.SendMessageV2, ResponseCode.SystemBusy, "later");

        var failure = Assert.ThrowsAsync<SendFailedException>(() => producer.SendAsync(Text()))!;

        Assert.That(failure.Message, Does.Contain($"{_cluster["a"].Address} answered SEND_MESSAGE_V2 (310) with SYSTEM_BUSY (2): later"));
    }

    [Test]
    public async Task No_name_server_is_a_sentence_that_says_where_they_are_configured()
    {
        await using var client = _cluster.Client(options => options with { NameServers = "127.0.0.1:1;127.0.0.1:2" });
        await using var producer = client.CreateProducer(new ProducerOptions());

        var failure = Assert.ThrowsAsync<NameServerUnreachableException>(() => producer.SendAsync(Text()))!;

        Assert.That(failure.Message, Does.StartWith("No name server answers at 127.0.0.1:1;127.0.0.1:2: Can't connect to 127.0.0.1:").And.Contain("NAMESRV_ADDR"));
        Assert.That(failure, Is.InstanceOf<RemotingException>());
    }

    private void LoseMaster() => _cluster.NameServer.Routes["T"] = new TopicRouteData
    {
        BrokerDatas = [new BrokerData { BrokerName = "a", Cluster = "C", BrokerAddrs = { [2] = _cluster["a"].Address } }],
        QueueDatas = [new QueueData { BrokerName = "a", ReadQueueNums = 2, WriteQueueNums = 2, Perm = 6 }],
    };

    private static Message Text() => new("T", "x"u8.ToArray());

    /// <summary>Lets virtual time pass in small steps, and each step's connects happen.</summary>
    /// <returns>After how long the task ended; negative when it did not.</returns>
    private async Task<TimeSpan> PassAsync(Task task, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            await Task.WhenAny(task, Task.Delay(20));
            if (task.IsCompleted)
            {
                return passed;
            }

            _cluster.Time.Advance(Step);
        }

        await Task.WhenAny(task, Task.Delay(200));
        return task.IsCompleted ? time : -time;
    }
}
