using RocketMQ.Broker.Health;
using RocketMQ.Broker.Replication.Metadata;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Replication.Metadata;

/// <summary>A slave of ours and what it has of its master of ours beside the log.</summary>
public class MetadataSyncTests
{
    [Test]
    public async Task A_slave_has_its_masters_topics_groups_modes_and_offsets_and_the_same_versions_of_them()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();

        await set.FollowsAllAsync();

        AssertSame(set.Master, set.Slave);
        Assert.That(set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0), Is.EqualTo(2));
    }

    [Test]
    public async Task Each_change_at_the_master_is_the_slaves_about_a_second_later()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();

        await set.Master.CreateTopicAsync("Orders", queues: 7, order: true);
        await set.Master.CallAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "poppers", CleanOffset = true });
        await set.Master.CallAsync(
            RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader { Group = "readers", Topic = "Bills", Readable = true });
        await set.Master.CommitAsync("readers", "Orders", 1);
        await set.Master.CommitAsync("others", "Bills", 1);
        var since = set.Clock.GetTimestamp();
        await set.FollowsAsync(() => set.Slave.Server.Features.Offsets.Query("others", "Bills", 0) == 1, "the offset");

        Assert.That(set.Clock.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(3)));
        await set.FollowsAllAsync();
        AssertSame(set.Master, set.Slave);
        Assert.That(set.Slave.Server.Features.Groups.Contains("poppers"), Is.False);
    }

    [Test]
    public async Task A_topic_that_the_master_deletes_is_gone_from_the_slave_with_its_queues_and_offsets()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        Assert.That(set.Slave.Server.Features.Store.MaxOffset("Orders", 0), Is.EqualTo(3));

        await set.Master.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "Orders" });
        await set.FollowsAsync(() => !set.Slave.Server.Features.Topics.All.ContainsKey("Orders"), "the deletion");
        await set.FollowsAllAsync();

        Assert.That(set.Slave.Server.Features.Store.MaxOffset("Orders", 0), Is.Zero);
        Assert.That(set.Slave.Server.Features.Offsets.GroupsOf("Orders"), Is.Empty);
        AssertSame(set.Master, set.Slave);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_slave_that_starts_again_has_all_of_it_before_it_has_asked_anybody(bool isKilled)
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        await set.PassAsync(TimeSpan.FromSeconds(3));
        if (isKilled)
        {
            var left = KilledStore.CopyOf(set.Slave.Directory);
            await using (var next = await TestBroker.StartAsync(ReplicaSet.AsSlave, time: set.Clock, directory: left))
            {
                AssertSame(set.Master, next);
            }

            Directory.Delete(left, recursive: true);
            return;
        }

        await set.RestartSlaveAsync();

        AssertSame(set.Master, set.Slave);
    }

    [Test]
    public async Task No_offset_goes_ahead_of_the_log_that_the_slave_has()
    {
        await using var set = await ReplicaSet.StartAsync();
        await set.Master.SendManyAsync("Orders", 3);
        set.Ship();
        await set.Master.CommitAsync("readers", "Orders", 2);
        await set.FollowsAllAsync();
        Assert.That(set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0), Is.EqualTo(2));

        await set.Master.SendManyAsync("Orders", 4);
        await set.Master.CommitAsync("readers", "Orders", 6);
        await set.PassAsync(TimeSpan.FromSeconds(5));
        Assert.That(set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0), Is.EqualTo(2), "the log has not come");

        set.Ship();
        await set.FollowsAsync(() => set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0) == 6, "the offset");
    }

    /// <summary>A commit, or a reset by hand, may name what is not there yet.</summary>
    [Test]
    public async Task What_the_master_says_beyond_the_end_of_a_queue_counts_when_the_queue_has_come_there()
    {
        await using var set = await ReplicaSet.StartAsync();
        await set.Master.SendManyAsync("Orders", 2);
        await set.Master.CommitAsync("readers", "Orders", 5);
        set.Ship();
        await set.FollowsAllAsync();
        Assert.That(set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0), Is.EqualTo(2), "who takes over gives its first new message to the group");

        await set.Master.SendManyAsync("Orders", 4);
        set.Ship();
        await set.FollowsAsync(() => set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0) == 5, "what the master said");
    }

    [Test]
    public async Task While_the_log_does_not_come_topics_and_groups_are_followed_all_the_same_and_health_says_what_waits()
    {
        await using var set = await ReplicaSet.StartAsync();
        await set.Master.SendManyAsync("Orders", 2);
        await set.FollowsAsync(() => set.Slave.Server.Features.Topics.All.ContainsKey("Orders"), "the topic");
        await set.Master.CreateTopicAsync("Bills");
        await set.FollowsAsync(() => set.Slave.Server.Features.Topics.All.ContainsKey("Bills"), "the next");

        await set.FollowsAsync(() => set.State.Failure?.Contains("stands at 0: offsets wait until it comes", StringComparison.Ordinal) == true, "the reason");
        set.Ship();
        await set.FollowsAllAsync();
    }

    [Test]
    public async Task A_master_that_is_asked_with_what_the_slave_has_answers_with_what_is_new()
    {
        await using var master = await TestBroker.StartAsync();
        await FillAsync(master);
        int[] codes = [RequestCode.GetAllTopicConfig, RequestCode.GetAllSubscriptiongroupConfig, RequestCode.GetAllMessageRequestMode, RequestCode.GetTimerMetrics];
        foreach (var code in codes)
        {
            var first = await AskAsync(master, code, "");
            var version = first.ReadHeader<TableResponseHeader>().TableVersion!;
            Assert.That(first.Body.Length, Is.GreaterThan(0), RequestCode.Describe(code));
            Assert.That((await AskAsync(master, code, version)).Body.Length, Is.Zero, RequestCode.Describe(code));
            Assert.That((await AskAsync(master, code, "another")).Body.Length, Is.EqualTo(first.Body.Length), RequestCode.Describe(code));
        }

        var offsets = await AskAsync(master, RequestCode.GetAllConsumerOffset, "");
        Assert.That(offsets.ReadHeader<TableResponseHeader>().IsPart, Is.Null);
        await master.CommitAsync("others", "Bills", 1);
        var part = await AskAsync(master, RequestCode.GetAllConsumerOffset, offsets.ReadHeader<TableResponseHeader>().TableVersion!);
        Assert.That(part.ReadHeader<TableResponseHeader>().IsPart, Is.True);
        Assert.That(part.ReadBody<ConsumerOffsetSerializeWrapper>().OffsetTable.Keys, Is.EqualTo(new[] { "Bills@others" }));
        var quiet = await AskAsync(master, RequestCode.GetAllConsumerOffset, part.ReadHeader<TableResponseHeader>().TableVersion!);
        Assert.That(quiet.ReadBody<ConsumerOffsetSerializeWrapper>().OffsetTable, Is.Empty);
        await master.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "Bills" });
        var whole = await AskAsync(master, RequestCode.GetAllConsumerOffset, quiet.ReadHeader<TableResponseHeader>().TableVersion!);
        Assert.That(whole.ReadHeader<TableResponseHeader>().IsPart, Is.Null, "what is gone is told by the whole");
        Assert.That(whole.ReadBody<ConsumerOffsetSerializeWrapper>().OffsetTable.Keys, Has.All.StartsWith("Orders@"));
    }

    [Test]
    public async Task Who_asks_as_others_do_is_answered_as_others_are_and_a_slave_is_no_source_of_tables()
    {
        await using var broker = await TestBroker.StartAsync();
        await FillAsync(broker);

        Assert.That((await broker.CallAsync(RequestCode.GetAllConsumerOffset)).Fields?.Count ?? 0, Is.Zero);
        Assert.That((await broker.CallAsync(RequestCode.GetAllTopicConfig)).Field("tableVersion"u8), Is.Null);
        await broker.Server.ChangeRoleAsync(BrokerRole.Slave(1));

        Assert.That((await broker.CallAsync(RequestCode.GetAllTopicConfig)).Code, Is.EqualTo(ResponseCode.Success), "a dashboard asks");
        foreach (var code in (int[])[RequestCode.GetAllTopicConfig, RequestCode.GetAllConsumerOffset, RequestCode.GetAllDelayOffset])
        {
            Assert.That((await AskAsync(broker, code, "")).Code, Is.EqualTo(ResponseCode.SlaveNotAvailable), RequestCode.Describe(code));
        }
    }

    [Test]
    public async Task A_master_that_is_away_takes_nothing_away_and_is_followed_when_it_is_back()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        var topics = set.Slave.Server.Features.Topics.All.Keys.Order().ToList();
        set.Slave.Server.Features.Master.Learn("127.0.0.1:9", null);

        await set.FollowsAsync(() => set.State.Failure is not null, "a failure");
        Assert.That(set.State.Failure, Does.Contain("127.0.0.1:9"));
        Assert.That(set.Slave.Server.Features.Topics.All.Keys.Order(), Is.EqualTo(topics));
        Assert.That(Look(set).IsOk, Is.False, "it never had anything of that one");
        set.Slave.Server.Features.Master.Learn(set.Master.Address, null);
        await set.FollowsAllAsync();

        Assert.That(Look(set).IsOk);
        await set.Master.Server.StopAsync();
        await set.FollowsAsync(() => set.State.Failure is not null, "a failure");
        Assert.That(Look(set), Has.Property("IsOk").EqualTo(true).And.Property("Detail").Contains("not taken since"));
    }

    [Test]
    public async Task A_master_of_another_set_is_not_followed()
    {
        await using var set = await ReplicaSet.StartAsync(o => o with { BrokerName = "broker-b" });
        await FillAsync(set.Master);
        set.Ship();

        await set.FollowsAsync(() => set.State.Failure is not null, "a failure");

        Assert.That(set.State.Failure, Does.Contain("it has no topic broker-a"));
        Assert.That(set.Slave.Server.Features.Groups.All.Keys, Does.Not.Contain("readers"));
    }

    [Test]
    public async Task A_master_that_has_lost_its_disk_has_deleted_nothing()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        await using var empty = await TestBroker.StartAsync(time: set.Clock);

        set.Slave.Server.Features.Master.Learn(empty.Address, null);
        await set.FollowsAsync(() => set.State.Failure is not null, "a failure");

        Assert.That(set.State.Failure, Does.Contain("has it lost what it had? This slave keeps all it has"));
        AssertSame(set.Master, set.Slave);
    }

    [Test]
    public async Task A_broker_follows_as_long_as_it_is_a_slave()
    {
        await using var set = await ReplicaSet.StartAsync();
        await set.FollowsAllAsync();
        await set.Slave.Server.ChangeRoleAsync(BrokerRole.Master);
        await set.Master.CreateTopicAsync("Orders");
        await set.PassAsync(TimeSpan.FromSeconds(5));
        Assert.That(set.Slave.Server.Features.Topics.All.Keys, Does.Not.Contain("Orders"));
        Assert.That(set.Slave.Server.Features.HealthChecks().SelectMany(c => c.Look()).Select(f => f.Check), Does.Not.Contain("replication.tables"));

        await set.Slave.Server.ChangeRoleAsync(BrokerRole.Slave(1));
        await set.FollowsAsync(() => set.Slave.Server.Features.Topics.All.ContainsKey("Orders"), "the topic");
    }

    [Test]
    public async Task What_a_broker_changed_as_a_master_is_as_its_master_says_when_it_is_a_slave_again()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        await set.Slave.Server.ChangeRoleAsync(BrokerRole.Master);
        await set.Slave.CreateTopicAsync("Orders", queues: 9);
        await set.Slave.CallAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "poppers" });
        await set.Slave.CommitAsync("readers", "Orders", 3);

        await set.Slave.Server.ChangeRoleAsync(BrokerRole.Slave(1));
        await set.FollowsAllAsync();

        AssertSame(set.Master, set.Slave);
    }

    /// <summary>Its consumers' heartbeats make groups, and their retry topics, at the slave they read from, too.</summary>
    [Test]
    public async Task What_a_slave_makes_for_its_own_readers_stays_beside_what_the_master_has()
    {
        await using var set = await ReplicaSet.StartAsync();
        await FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();

        await set.Slave.PullAsync("Orders", 0, 0, group: "local", commitOffset: 1);
        await set.Master.CreateTopicAsync("News");
        await set.FollowsAsync(() => set.Slave.Server.Features.Topics.All.ContainsKey("News"), "the topic");
        await set.Master.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "more" });
        await set.FollowsAsync(() => set.Slave.Server.Features.Groups.Contains("more"), "the group");

        Assert.That(set.Slave.Server.Features.Groups.Contains("local"));
        Assert.That(set.Slave.Server.Features.Offsets.Query("local", "Orders", 0), Is.EqualTo(1));
    }

    internal static async Task FillAsync(TestBroker master)
    {
        await master.CreateTopicAsync("Orders", queues: 3, perm: 4 | 2, order: true, attributes: "+message.type=FIFO");
        await master.CreateTopicAsync("Bills", queues: 1);
        await master.SendManyAsync("Orders", 3);
        await master.SendManyAsync("Bills", 1);
        await master.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig
        {
            GroupName = "readers", RetryMaxTimes = 5, BrokerId = 1, WhichBrokerWhenConsumeSlowly = 2,
        });
        await master.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "poppers" });
        await master.CallJsonAsync(
            RequestCode.SetMessageRequestMode, null,
            new SetMessageRequestModeRequestBody { Topic = "Orders", ConsumerGroup = "poppers", Mode = MessageRequestMode.Pop, PopShareQueueNum = 2 });
        await master.CallAsync(
            RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader { Group = "readers", Topic = "Bills", Readable = false });
        await master.CommitAsync("readers", "Orders", 2);
        await master.CommitAsync("poppers", "Orders", 1);
    }

    internal static void AssertSame(TestBroker master, TestBroker slave)
    {
        var (theirs, ours) = (master.Server.Features, slave.Server.Features);
        Assert.Multiple(() =>
        {
            Assert.That(Json(ours.Topics.Snapshot()), Is.EqualTo(Json(theirs.Topics.Snapshot())), "topics");
            Assert.That(Json(ours.Groups.Snapshot()), Is.EqualTo(Json(theirs.Groups.Snapshot())), "groups");
            Assert.That(Json(ours.RequestModes.Snapshot()), Is.EqualTo(Json(theirs.RequestModes.Snapshot())), "request modes");
            Assert.That(Json(ours.Delays.Snapshot()), Is.EqualTo(Json(theirs.Delays.Snapshot())), "delays");
            Assert.That(Offsets(ours.Offsets.Snapshot()), Is.EquivalentTo(Offsets(theirs.Offsets.Snapshot())), "offsets");
        });
    }

    private static IEnumerable<string> Offsets(ConsumerOffsetSerializeWrapper offsets) =>
        offsets.OffsetTable.SelectMany(pair => pair.Value.Select(queue => $"{pair.Key} {queue.Key}={queue.Value}"));

    /// <summary>In the order of names.</summary>
    private static string Json<T>(T table) => string.Join('\n', System.Text.Encoding.UTF8.GetString(RemotingJson.Serialize(table, JsonStyle.Pretty)).Split('\n').Order());

    private static HealthFinding Look(ReplicaSet set) => new MetadataCheck(
        set.Slave.Server.Features.Role, set.Slave.Server.Features.MasterTables, set.Clock).Look().Single();

    private static Task<RemotingCommand> AskAsync(TestBroker broker, int code, string known) =>
        broker.CallAsync(code, new TableRequestHeader { KnownTableVersion = known });
}
