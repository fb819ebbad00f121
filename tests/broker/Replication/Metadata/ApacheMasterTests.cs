using System.Buffers;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Metadata;

/// <summary>A slave of ours and a master that answers with what Apache's brokers answered to theirs.</summary>
public class ApacheMasterTests
{
    private VirtualTimeProvider _clock = null!;
    private TestBroker _slave = null!;

    private MessageStore Store => _slave.Server.Features.Store;

    [SetUp]
    public async Task StartSlave()
    {
        _clock = new VirtualTimeProvider();
        _slave = await TestBroker.StartAsync(ReplicaSet.AsSlave, time: _clock);

        // As much of the log as the recorded masters' answers speak of.
        await Store.AllowAppendsAsync();
        for (var i = 0; i < 4; i++)
        {
            ShippedLog.Append(Store, "HA_LIVE", 0, [1]);
            ShippedLog.Append(Store, "HA_LIVE", 1, [2]);
            ShippedLog.Append(Store, "SCHEDULE_TOPIC_XXXX", 0, [3], [new("DELAY", "1"), new("REAL_TOPIC", "HA_LIVE"), new("REAL_QID", "0")]);
        }

        Store.ForbidAppends();
    }

    [TearDown]
    public async Task StopSlave() => await _slave.DisposeAsync();

    [TestCase("49")]
    [TestCase("53")]
    public async Task It_has_what_Apaches_master_says(string version)
    {
        await using var master = await FollowAsync(version);

        var ours = _slave.Server.Features;
        var topics = master.Body<TopicConfigSerializeWrapper>(RequestCode.GetAllTopicConfig);
        var groups = master.Body<SubscriptionGroupWrapper>(RequestCode.GetAllSubscriptiongroupConfig);
        foreach (var (name, topic) in topics.TopicConfigTable)
        {
            Assert.That(Json(ours.Topics.Get(name)), Is.EqualTo(Json(topic)), name);
        }

        foreach (var (name, group) in groups.SubscriptionGroupTable)
        {
            Assert.That(Json(ours.Groups.All[name]), Is.EqualTo(Json(group)), name);
        }

        Assert.That(ours.Topics.Version, Is.EqualTo(topics.DataVersion));
        Assert.That(ours.Groups.Version, Is.EqualTo(groups.DataVersion));
        Assert.That((ours.Offsets.Query("G_A", "HA_LIVE", 0), ours.Offsets.Query("G_A", "HA_LIVE", 1)), Is.EqualTo((2L, 1L)));
        Assert.That(ours.Delays.OffsetOf(1), Is.EqualTo(1));
        if (version == "53")
        {
            Assert.That(ours.RequestModes.Of("HA_LIVE", "G_A").Mode, Is.EqualTo(MessageRequestMode.Pop));
            Assert.That(ours.TimerMetrics!.Snapshot().TimingCount.Keys, Is.EqualTo(new[] { "HA_LIVE" }));
            Assert.That(ours.Timers!.IsDoneElsewhere(0, 1_795_000_000_000), Is.True);
            Assert.That(ours.Timers!.IsDoneElsewhere(1, 1_795_000_000_000), Is.False);
        }
    }

    [TestCase("49", true)]
    [TestCase("53", true)]
    [TestCase("53", false)]
    public async Task It_asks_as_Apaches_slave_does_and_at_the_same_ports(string version, bool hasFastPort)
    {
        await using var master = await FollowAsync(version, hasFastPort);

        int[] codes = version == "49" ? [21, 43, 45, 201] : [21, 43, 45, 201, 402, 61, 60];
        var asked = master.Asked.ToList();
        Assert.That(asked.Select(a => a.Code).Take(codes.Length), Is.EqualTo(codes));
        foreach (var (code, isFast, request) in asked.Where(a => a.Code != RequestCode.GetBrokerRuntimeInfo))
        {
            var recorded = ScriptedMaster.RecordedRequest(version, code);
            Assert.That(isFast, Is.EqualTo(hasFastPort && code is 21 or 60 or 61 && hasFastPort), $"{code}");
            Assert.That((request.Code, request.Flag, request.Body.Length), Is.EqualTo((recorded.Code, recorded.Flag, recorded.Body.Length)));
            Assert.That(request.Fields!.Count, Is.EqualTo((recorded.Fields?.Count ?? 0) + 1), "beside what is ours");
            Assert.That(request.Field("knownTableVersion"u8), Is.Empty, "Apache's master tells no version");
        }
    }

    [TestCase("49", 0)]
    [TestCase("53", 10)]
    public async Task It_asks_Apaches_master_for_all_of_it_every_ten_seconds_and_for_timers_every_three(string version, int timers)
    {
        await using var master = await FollowAsync(version);
        master.Asked.Clear();

        for (var i = 0; i < 300; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }

        Assert.That(master.Asked.Count(a => a.Code == RequestCode.GetAllTopicConfig), Is.InRange(2, 3));
        Assert.That(master.Asked.Count(a => a.Code == RequestCode.GetAllConsumerOffset), Is.InRange(2, 3));
        Assert.That(master.Asked.Count(a => a.Code == RequestCode.GetTimerCheckPoint), Is.InRange(timers * 2 / 3, timers));
    }

    [Test]
    public async Task What_Apaches_master_has_delivered_behind_the_slaves_log_waits_for_it()
    {
        await using var master = await ScriptedMaster.StartAsync("53");
        master.LogEnd = Store.MaxPhysicalOffset + 200;
        _slave.Server.Features.Master.Learn(master.Address, null);

        await BecomesAsync(() => _slave.Server.Features.MasterTables.State.Failure is not null, "the log to be waited for in vain");
        Assert.That(_slave.Server.Features.Topics.All.Keys, Does.Contain("HA_LIVE"));
        Assert.That((_slave.Server.Features.Delays.OffsetOf(1), _slave.Server.Features.Offsets.Query("G_A", "HA_LIVE", 0)), Is.EqualTo((0L, -1L)));

        await Store.AllowAppendsAsync();
        ShippedLog.Append(Store, "HA_LIVE", 0, new byte[200]);
        Store.ForbidAppends();
        master.LogEnd = Store.MaxPhysicalOffset;
        await BecomesAsync(() => _slave.Server.Features.Delays.OffsetOf(1) == 1, "the positions");
    }

    private static IEnumerable<TestCaseData> Nonsense =>
    [
        Case("no JSON", 21, RemotingCommand.ResponseWithBody(0, "<html>"u8.ToArray())),
        Case("no topics", 21, RemotingCommand.ResponseWithBody(0, "{}"u8.ToArray())),
        Case("no groups", 201, RemotingCommand.ResponseWithBody(0, "{}"u8.ToArray())),
        Case("a list", 43, RemotingCommand.ResponseWithBody(0, "[1,2]"u8.ToArray())),
        Case("a refusal", 45, RemotingCommand.Response(ResponseCode.NoPermission, "who are you?")),
        Case("half a checkpoint", 60, RemotingCommand.ResponseWithBody(0, new byte[28])),
        Case("no figures", 28, RemotingCommand.ResponseWithBody(0, "{}"u8.ToArray())),
        Case("no number", 28, RemotingCommand.ResponseWithBody(0, "{\"table\":{\"commitLogMaxOffset\":\"many\"}}"u8.ToArray())),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public async Task Nonsense_is_named_and_changes_nothing_until_there_is_sense(int code, RemotingCommand nonsense)
    {
        await using var master = await FollowAsync("53");
        var topics = Json(_slave.Server.Features.Topics.Snapshot());
        var groups = Json(_slave.Server.Features.Groups.Snapshot());

        master.Answer = request => request.Code == code
            ? RemotingCommand.ResponseWithBody(nonsense.Code, nonsense.Body.ToArray())
            : null;
        await BecomesAsync(() => _slave.Server.Features.MasterTables.State.Failure is not null, "the failure");
        Assert.That(Json(_slave.Server.Features.Topics.Snapshot()), Is.EqualTo(topics));
        Assert.That(Json(_slave.Server.Features.Groups.Snapshot()), Is.EqualTo(groups));

        master.Answer = _ => null;
        await BecomesAsync(() => _slave.Server.Features.MasterTables.State.Failure is null, "sense");
    }

    [Test]
    public async Task What_is_no_name_makes_nothing_here()
    {
        await using var master = await FollowAsync("53");
        var topics = master.Body<TopicConfigSerializeWrapper>(RequestCode.GetAllTopicConfig);
        topics.TopicConfigTable["../../up"] = new TopicConfig { TopicName = "../../up" };
        topics.TopicConfigTable["Huge"] = new TopicConfig { TopicName = "Huge", ReadQueueNums = int.MaxValue };
        topics.TopicConfigTable["News"] = new TopicConfig { TopicName = "News" };

        master.Answer = request => request.Code == RequestCode.GetAllTopicConfig
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(topics))
            : null;
        await BecomesAsync(() => _slave.Server.Features.Topics.All.ContainsKey("News"), "the topic");

        Assert.That(_slave.Server.Features.Topics.All.Keys, Has.None.EqualTo("../../up").And.None.EqualTo("Huge"));
    }

    /// <summary>From 5.3.4 on a master may answer with as many topics as fit.</summary>
    [Test]
    public async Task A_table_that_comes_in_pages_is_asked_for_to_its_end()
    {
        await using var master = await FollowAsync("53");
        var all = Enumerable.Range(0, 5).Select(i => new TopicConfig { TopicName = $"Page{i}" }).Prepend(new TopicConfig { TopicName = "broker-a" }).ToList();
        master.Asked.Clear();
        master.Answer = request =>
        {
            if (request.Code != RequestCode.GetAllTopicConfig)
            {
                return null;
            }

            var page = all.Skip(request.ReadHeader<TableRequestHeader>().TopicSeq ?? 0).Take(2);
            var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new TopicConfigAndMappingSerializeWrapper
            {
                DataVersion = new DataVersion { Counter = 9 }, TopicConfigTable = page.ToDictionary(t => t.TopicName),
            }));
            response.AddField("totalTopicNum", "6");
            return response;
        };

        await BecomesAsync(() => _slave.Server.Features.Topics.All.ContainsKey("Page4"), "the last page");

        Assert.That(_slave.Server.Features.Topics.All.Keys, Is.SupersetOf(all.Select(t => t.TopicName)));
        var second = master.Asked.Where(a => a.Code == RequestCode.GetAllTopicConfig).ElementAt(1).Request.ReadHeader<TableRequestHeader>();
        Assert.That((second.TopicSeq, second.MaxTopicNum, second.DataVersion), Is.EqualTo(((int?)2, (int?)2000, "{\"counter\":9,\"stateVersion\":0,\"timestamp\":0}")));
    }

    /// <summary>Between the master's answer and this moment a topic was made anew, and its first message is here already.</summary>
    [Test]
    public async Task A_deletion_that_a_new_life_of_the_topic_has_overtaken_takes_none_of_that()
    {
        await using var master = await FollowAsync("53");
        var topics = master.Body<TopicConfigSerializeWrapper>(RequestCode.GetAllTopicConfig);
        topics.TopicConfigTable.Remove("HA_LIVE");
        var isAsked = false;
        master.Answer = request =>
        {
            if (request.Code != RequestCode.GetAllTopicConfig)
            {
                return null;
            }

            if (!isAsked)
            {
                isAsked = true;
                Store.AllowAppendsAsync().GetAwaiter().GetResult();
                ShippedLog.Append(Store, "HA_LIVE", 0, [9]);
                Store.ForbidAppends();
                master.LogEnd = Store.MaxPhysicalOffset;
                return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(topics));
            }

            return null;
        };
        await BecomesAsync(() => isAsked, "the topics to be asked for");
        master.Asked.Clear();
        await BecomesAsync(() => master.Asked.Any(a => a.Code == RequestCode.GetAllTopicConfig), "the next time");

        Assert.That(_slave.Server.Features.Topics.All.Keys, Does.Contain("HA_LIVE"));
        Assert.That(Store.MaxOffset("HA_LIVE", 0), Is.EqualTo(5));
    }

    private static TestCaseData Case(string name, int code, RemotingCommand answer) => new TestCaseData(code, answer).SetArgDisplayNames($"{code}", name);

    private async Task<ScriptedMaster> FollowAsync(string version, bool hasFastPort = true)
    {
        var master = await ScriptedMaster.StartAsync(version, hasFastPort);
        master.LogEnd = Store.MaxPhysicalOffset;
        _slave.Server.Features.Master.Learn(master.Address, null);
        await BecomesAsync(() => _slave.Server.Features.MasterTables.State is { Failure: null, FollowedAt: not null }, "the master's tables");
        return master;
    }

    private async Task BecomesAsync(Func<bool> condition, string what) => await Eventually.GetAsync(
        _clock, TimeSpan.FromMilliseconds(100), () => Task.FromResult(condition() ? new object() : null),
        $"{what}; {_slave.Server.Features.MasterTables.State}");

    private static string Json<T>(T value) => System.Text.Encoding.UTF8.GetString(RemotingJson.Serialize(value));
}
