using System.Runtime.CompilerServices;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Tests.Limits;

/// <summary>Every table that a client can fill has an end, and the refusal names it.</summary>
public class BoundTests
{
    [Test]
    public async Task A_send_makes_no_topic_beyond_the_limit_and_those_there_are_go_on()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("T1", [1]);
        await using var limited = await broker.RestartAsync(options => options with { MaxTopicNum = 1 });

        Assert.That((await limited.SendAsync("T1", [1])).Code, Is.Zero);
        Refused(await limited.SendAsync("T2", [1]), ResponseCode.TopicNotExist, "maxTopicNum", "1");
        Refused(await limited.CreateTopicAsync("T3"), ResponseCode.InvalidParameter, "maxTopicNum", "1");
        Assert.That((await limited.CreateTopicAsync("T1", queues: 9)).Code, Is.Zero, "one that is there can be changed");
    }

    [Test]
    public async Task No_group_is_made_beyond_the_limit()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("T", [1]);
        await broker.PullAsync("T", 0, 0, group: "G1");
        await using var limited = await broker.RestartAsync(options => options with { MaxSubscriptionGroupNum = 1 });

        Assert.That((await limited.PullAsync("T", 0, 0, group: "G1")).Code, Is.Zero);
        Refused(await limited.PullAsync("T", 0, 0, group: "G2"), ResponseCode.SubscriptionGroupNotExist, "maxSubscriptionGroupNum", "1");
        Refused(await limited.CommitAsync("G3", "T", 0, 0), ResponseCode.SubscriptionGroupNotExist, "maxSubscriptionGroupNum", "1");
    }

    [Test]
    public async Task A_heartbeat_has_a_size()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxHeartbeatSize = 10_000 });

        Refused(await broker.HeartbeatAsync(new string('c', 20_000), "P"), ResponseCode.SystemError, "maxHeartbeatSize", "10000");
        Assert.That((await broker.HeartbeatAsync("c", "P")).Code, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_connection_names_so_many_groups_in_one_heartbeat_or_in_many(bool together)
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxGroupsOfClient = 3 });
        foreach (var groups in together ? [["P1", "P2", "P3"]] : new string[][] { ["P1"], ["P2"], ["P3"] })
        {
            Assert.That((await ProduceAsync(broker, groups)).Code, Is.Zero);
        }

        Refused(await ProduceAsync(broker, "P3", "P4"), ResponseCode.SystemError, "maxGroupsOfClient", "3");
        Assert.That((await ProduceAsync(broker, "P1", "P2", "P3")).Code, Is.Zero, "those it has may be renewed");
    }

    [Test]
    public async Task All_connections_together_name_so_many_groups_and_free_them_when_they_go()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxClientGroupNum = 2 });
        await using (var other = new Remoting.RemotingClient(Remoting.RequestTable.Empty, new Remoting.RemotingOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
        {
            var heartbeat = new HeartbeatData { ClientId = "other", ProducerDataSet = [new ProducerData { GroupName = "P1" }, new ProducerData { GroupName = "P2" }] };
            await other.InvokeAsync(broker.Address, RemotingCommand.Request(RequestCode.HeartBeat, body: RemotingJson.Serialize(heartbeat)), TimeSpan.FromSeconds(5));
            Refused(await ProduceAsync(broker, "P3"), ResponseCode.SystemError, "maxClientGroupNum", "2");
        }

        await Eventually.GetAsync(async () => await ProduceAsync(broker, "P3") is { Code: 0 } answer ? answer : null, "the places of a client that is gone");
    }

    [Test]
    public async Task A_subscription_of_a_pull_has_a_size()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxFilterExpressionSize = 1000 });
        await broker.SendAsync("T", [1]);

        Refused(await broker.PullAsync("T", 0, 0, subscription: new string('t', 1001)), ResponseCode.SubscriptionParseFailed, "maxFilterExpressionSize", "1000");
        Assert.That((await broker.PullAsync("T", 0, 0, subscription: new string('t', 1000))).Code, Is.Not.EqualTo(ResponseCode.SubscriptionParseFailed));
    }

    [Test]
    public void Filters_are_kept_by_their_length_together()
    {
        var cache = new MessageFilterCache();
        var texts = Enumerable.Range(0, 500).Select(i => Keep(cache, $"{i}{new string('t', 60_000)}")).ToList();

        GC.Collect();
        Assert.That(texts.Count(text => text.TryGetTarget(out _)), Is.LessThanOrEqualTo(MessageFilterCache.MaxCharacters / 60_000 + 1).And.Positive);
        GC.KeepAlive(cache);
    }

    [TestCase(-1, 0, "queueId[-1]")]
    [TestCase(4, 0, "queueId[4]")]
    [TestCase(int.MaxValue, 0, "queueId[2147483647]")]
    [TestCase(0, -1, "commitOffset[-1]")]
    [TestCase(3, long.MinValue, "commitOffset[-9223372036854775808]")]
    public async Task An_offset_is_committed_of_a_queue_that_is_there_and_from_zero_on(int queueId, long offset, string named)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("T", queues: 4);

        Refused(await broker.CommitAsync("G", "T", offset, queueId), ResponseCode.InvalidParameter, named);

        Assert.That((await broker.CommitAsync("G", "T", 7, 3)).Code, Is.Zero);
        var all = RemotingJson.Deserialize<ConsumerOffsetSerializeWrapper>((await broker.CallAsync(RequestCode.GetAllConsumerOffset)).Body.FirstSpan);
        Assert.That(all.OffsetTable["T@G"], Is.EqualTo(new Dictionary<int, long> { [3] = 7 }));
    }

    [Test]
    public async Task So_many_offsets_are_kept()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxConsumerOffsetNum = 2 });
        await broker.CreateTopicAsync("T", queues: 4);
        await broker.SendAsync("T", [1], queueId: 3);
        await broker.CommitAsync("G", "T", 1, 0);
        await broker.CommitAsync("G", "T", 1, 1);

        Refused(await broker.CommitAsync("G", "T", 1, 2), ResponseCode.SystemError, "maxConsumerOffsetNum", "2");
        Refused(await broker.CommitAsync("H", "T", 1, 0), ResponseCode.SystemError, "maxConsumerOffsetNum", "2");
        Assert.That((await broker.CommitAsync("G", "T", 5, 1)).Code, Is.Zero, "one that is kept moves on");
        await broker.PullAsync("T", 3, 0, group: "G", commitOffset: 9);
        var all = RemotingJson.Deserialize<ConsumerOffsetSerializeWrapper>((await broker.CallAsync(RequestCode.GetAllConsumerOffset)).Body.FirstSpan);
        Assert.That(all.OffsetTable.Values.Sum(queues => queues.Count), Is.EqualTo(2));
    }

    [Test]
    public async Task So_many_queues_are_locked_and_expired_ones_make_room()
    {
        var time = new TestSupport.VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(options => options with { MaxQueueLockNum = 2 }, time: time);

        Assert.That((await LockAsync(broker, "G1", 0, 1, 2)).Code, Is.Zero, "as many as there is room for");
        Refused(await LockAsync(broker, "G2", 0), ResponseCode.SystemError, "maxQueueLockNum", "2");
        Assert.That((await LockAsync(broker, "G1", 0, 1)).Code, Is.Zero, "they may be renewed");

        time.Advance(TimeSpan.FromSeconds(80));
        await Eventually.GetAsync(async () => await LockAsync(broker, "G2", 0, 1) is { Code: 0 } answer ? answer : null, "the room of locks that expired");
    }

    [Test]
    public async Task So_many_request_modes_are_set()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxMessageRequestModeNum = 1 });
        await broker.CreateTopicAsync("T1");
        await broker.CreateTopicAsync("T2");

        Assert.That((await SetModeAsync(broker, "T1")).Code, Is.Zero);
        Refused(await SetModeAsync(broker, "T2"), ResponseCode.SystemError, "maxMessageRequestModeNum", "1");
        Assert.That((await SetModeAsync(broker, "T1")).Code, Is.Zero);
    }

    [Test]
    public async Task Groups_beyond_so_many_are_counted_together()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxStatisticsNum = 2 });
        await broker.SendAsync("T", [1]);
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await broker.PullAsync("T", 0, 0, group: $"G{i}")).Code, Is.Zero);
        }

        Assert.That(broker.Server.Statistics.Groups, Has.Count.EqualTo(2));
        Assert.That(broker.Server.Statistics.Got.Value, Is.EqualTo(5));
    }

    /// <summary>The page that says what clients may fill, and the settings, know each other.</summary>
    [Test]
    public void The_page_of_limits_names_each_of_them()
    {
        var page = File.ReadAllText(Repository("docs", "limits.md"));
        var keys = OptionsBinder.Keys(typeof(BrokerOptions))
            .Select(OptionsBinder.KeyOf)
            .SkipWhile(key => key != "maxTopicNum");
        Assert.Multiple(() =>
        {
            foreach (var key in keys)
            {
                Assert.That(page, Does.Contain($"`{key}`"));
            }
        });
    }

    private static void Refused(RemotingCommand answer, int code, params string[] named)
    {
        Assert.That(answer.Code, Is.EqualTo(code), answer.Remark);
        foreach (var word in named)
        {
            Assert.That(answer.Remark, Does.Contain(word));
        }
    }

    /// <summary>Its own method: in the caller's frame the text would live on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<string> Keep(MessageFilterCache cache, string text)
    {
        Assert.That(cache.TryGet("TAG", text, out _, out _));
        return new WeakReference<string>(text);
    }

    private static Task<RemotingCommand> ProduceAsync(TestBroker broker, params string[] groups) =>
        broker.CallJsonAsync(RequestCode.HeartBeat, null, new HeartbeatData
        {
            ClientId = "c", ProducerDataSet = [.. groups.Select(group => new ProducerData { GroupName = group })],
        });

    private static Task<RemotingCommand> LockAsync(TestBroker broker, string group, params int[] queues) =>
        broker.CallJsonAsync(RequestCode.LockBatchMq, null, new LockBatchRequestBody
        {
            ConsumerGroup = group, ClientId = "c", MqSet = [.. queues.Select(id => new MessageQueue("T", "broker-a", id))],
        });

    private static Task<RemotingCommand> SetModeAsync(TestBroker broker, string topic) =>
        broker.CallJsonAsync(RequestCode.SetMessageRequestMode, null, new SetMessageRequestModeRequestBody
        {
            Topic = topic, ConsumerGroup = "G", Mode = MessageRequestMode.Pop,
        });

    private static string Repository(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "RocketMQ.Net.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder.FullName, .. path]);
    }
}
