using System.Runtime.CompilerServices;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
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
        await using (var other = new RocketMQ.Remoting.RemotingClient(RocketMQ.Remoting.RequestTable.Empty, new RocketMQ.Remoting.RemotingOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
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
    public async Task Pops_that_wait_hold_so_many_bytes_with_their_expressions()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxParkedPopSize = 4_000 });
        await broker.CreateTopicAsync("T");
        var first = PopAsync(broker, "*", waitMs: 60_000);
        await Eventually.GetAsync(async () => (await broker.CallAsync(RequestCode.PollingInfo, new PollingInfoRequestHeader { ConsumerGroup = "G", Topic = "T", QueueId = 0 }))
            .ReadHeader<PollingInfoResponseHeader>().PollingNum == 1 ? "" : null, "the first to wait");

        Assert.That((await PopAsync(broker, new string('t', 2_000), waitMs: 60_000)).Code, Is.EqualTo(ResponseCode.PollingFull));
        Assert.That(first.IsCompleted, Is.False, "those that wait wait on");

        await broker.SendAsync("T", [1]);
        Assert.That((await first).Code, Is.Zero);
        var second = PopAsync(broker, "x", waitMs: 60_000);
        Assert.That(await Task.WhenAny(second, Task.Delay(200)), Is.Not.SameAs(second), "what the first held is free");
    }

    [Test]
    public async Task A_group_s_configuration_has_a_size()
    {
        await using var broker = await TestBroker.StartAsync();
        SubscriptionGroupConfig Config(string expression, int subscriptions = 1, int waits = 1) => new()
        {
            GroupName = "G",
            SubscriptionDataSet = [.. Enumerable.Range(0, subscriptions).Select(i => new SimpleSubscriptionData { Topic = $"T{i}", Expression = expression })],
            GroupRetryPolicy = new GroupRetryPolicy { CustomizedRetryPolicy = new CustomizedRetryPolicy { Next = new long[waits] } },
        };

        Assert.That((await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, Config("a || b", 100, 18))).Code, Is.Zero);
        foreach (var (config, limit) in (ValueTuple<SubscriptionGroupConfig, string>[])[(Config(new('x', 70_000)), "65536"), (Config("*", 5_000), "65536"), (Config("*", 1, 1_001), "1000")])
        {
            Refused(await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, config), ResponseCode.InvalidParameter, limit);
            Refused(await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroupList, null, new SubscriptionGroupList { GroupConfigList = [config] }), ResponseCode.InvalidParameter, limit);
        }

        Refused(await broker.CreateTopicAsync("T", attributes: $"+reserve.time={new string('0', 100)}1"), ResponseCode.SystemError, "a number");
    }

    [Test]
    public async Task What_an_attempt_calls_itself_has_a_length()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("T");

        Refused(await PopAsync(broker, "*", attempt: new string('a', 1_000)), ResponseCode.InvalidParameter, "attempt id", "255");
        Assert.That((await PopAsync(broker, "*", attempt: Guid.Empty.ToString())).Code, Is.EqualTo(ResponseCode.PollingTimeout));
    }

    [Test]
    public async Task Users_and_their_rules_have_a_size()
    {
        await using var guarded = await Auth.GuardedBroker.StartAsync();
        await guarded.AddUserAsync("alice");
        var rules = new AclInfo { Policies = [new PolicyInfo { Entries = [.. Enumerable.Range(0, 1_001).Select(i => new PolicyEntryInfo { Resource = $"Topic:T{i}", Decision = "Allow", Actions = ["Sub"] })] }] };
        var sources = new AclInfo { Policies = [new PolicyInfo { Entries = [new PolicyEntryInfo { Resource = "Topic:T", Decision = "Allow", Actions = ["Sub"], SourceIps = [.. Enumerable.Range(0, 257).Select(i => $"10.0.{i / 256}.{i % 256}")] }] }] };

        Refused(await guarded.AskAsync("root", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "bob" }, new UserInfo { Password = new string('p', 1_025) }), ResponseCode.NoPermission, "1024");
        Refused(await guarded.AskAsync("root", RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = "alice" }, new UserInfo { Password = new string('p', 1_025) }), ResponseCode.NoPermission, "1024");
        Refused(await guarded.AskAsync("root", RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = "User:alice" }, rules), ResponseCode.NoPermission, "1000");
        Refused(await guarded.AskAsync("root", RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = "User:alice" }, sources), ResponseCode.NoPermission, "256");
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

    private static Task<RemotingCommand> PopAsync(TestBroker broker, string expression, long waitMs = 0, string? attempt = null) =>
        broker.Client.InvokeAsync(broker.Address, RemotingCommand.Request(RequestCode.PopMessage, new PopMessageRequestHeader
        {
            ConsumerGroup = "G", Topic = "T", QueueId = 0, MaxMsgNums = 1, InvisibleTime = 60_000, PollTime = waitMs, Exp = expression, ExpType = "TAG", AttemptId = attempt, Order = attempt is not null,
        }), TimeSpan.FromSeconds(90));

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
