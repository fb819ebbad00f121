using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Offsets;

public class OffsetAdministrationTests
{
    private const string Topic = "Orders";
    private const string Group = "billing";

    [Test]
    public async Task A_group_is_moved_back_in_time_and_its_next_pull_is_told_once()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await StartAsync(clock);
        await SendAsync(broker, 3);
        var between = clock.GetUtcNow().ToUnixTimeMilliseconds() + 500;
        clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(broker, 2);
        await CommitAsync(broker, 5);

        var reset = (await ResetAsync(broker, new() { Timestamp = between })).ReadBody<ResetOffsetBody>();
        await CommitAsync(broker, 5);
        var first = await broker.PullAsync(Topic, 0, 5, Group);
        var second = await broker.PullAsync(Topic, 0, 3, Group);

        Assert.Multiple(() =>
        {
            Assert.That(reset.OffsetTable, Is.EqualTo(new Dictionary<MessageQueue, long> { [Queue] = 3 }));
            Assert.That(first.Code, Is.EqualTo(ResponseCode.PullOffsetMoved));
            Assert.That(first.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.EqualTo(3));
            Assert.That(TestBroker.Messages(second), Has.Count.EqualTo(2));
        });
        Assert.That(await OffsetAsync(broker, Group), Is.EqualTo(3), "what a consumer commits before it knows of the reset does not count");
    }

    [Test]
    public async Task What_a_pull_commits_while_it_is_told_of_a_reset_does_not_undo_it()
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 3);
        await CommitAsync(broker, 3);
        await ResetAsync(broker, new() { Timestamp = 0 });

        var response = await broker.PullAsync(Topic, 0, 3, Group, commitOffset: 3);

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullOffsetMoved));
        Assert.That(await OffsetAsync(broker, Group), Is.Zero);
    }

    [Test]
    public async Task A_pull_that_waits_is_told_of_a_reset_at_once()
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 2);
        await broker.PullAsync(Topic, 0, 0, Group);
        var waiting = broker.PullAsync(Topic, 0, 2, Group, waitMs: 9_000);
        await Task.Delay(100);

        await ResetAsync(broker, new() { Timestamp = 0 });
        var response = await waiting.WaitAsync(TimeSpan.FromSeconds(3));

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullOffsetMoved));
        Assert.That(response.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.Zero);
    }

    [Test]
    public async Task What_has_accumulated_is_skipped_by_a_reset_to_the_end()
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 4);
        await CommitAsync(broker, 1);

        await ResetAsync(broker, new() { Timestamp = -1, IsForce = true });

        Assert.That(await OffsetAsync(broker, Group), Is.EqualTo(4));
    }

    [Test]
    public async Task One_queue_is_moved_to_an_offset_within_its_bounds()
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 4);
        await CommitAsync(broker, 4);

        var outside = await ResetAsync(broker, new() { QueueId = 0, Offset = 17 });
        var noQueue = await ResetAsync(broker, new() { QueueId = 3, Offset = 0 });
        var inside = await ResetAsync(broker, new() { QueueId = 0, Offset = 2 });

        Assert.Multiple(() =>
        {
            Assert.That(outside.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(outside.Remark, Is.EqualTo("Target offset 17 not in consume queue range [0-4]"));
            Assert.That(noQueue.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(inside.ReadBody<ResetOffsetBody>().OffsetTable[Queue], Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_reset_of_an_unknown_topic_or_group_is_refused()
    {
        await using var broker = await StartAsync();

        var noTopic = await ResetAsync(broker, new() { Topic = "Nothing" });
        var noGroup = await ResetAsync(broker, new() { Group = "nobody" });

        Assert.That(noTopic.Code, Is.EqualTo(ResponseCode.TopicNotExist));
        Assert.That(noGroup.Code, Is.EqualTo(ResponseCode.SubscriptionGroupNotExist));
    }

    [TestCase(true, 4)]
    [TestCase(false, 1)]
    public async Task Without_resets_on_the_broker_the_consumers_are_told_and_moved_forward_only_by_force(bool force, long expected)
    {
        var pushed = new PushedResets();
        await using var broker = await TestBroker.StartAsync(o => o with { UseServerSideResetOffset = false }, clientTable: pushed.Table);
        await broker.CreateTopicAsync(Topic, queues: 1);
        await broker.HeartbeatAsync("c1", consumer: Consumer());
        await SendAsync(broker, 4);
        await CommitAsync(broker, 1);

        var response = await ResetAsync(broker, new() { Timestamp = -1, IsForce = force });
        var (header, body) = await pushed.First;

        Assert.Multiple(() =>
        {
            Assert.That(response.ReadBody<ResetOffsetBody>().OffsetTable[Queue], Is.EqualTo(expected));
            Assert.That((header.Topic, header.Group, header.Timestamp), Is.EqualTo((Topic, Group, -1L)));
            Assert.That(RemotingJson.Deserialize<ResetOffsetBody>(body).OffsetTable[Queue], Is.EqualTo(expected));
        });
        Assert.That(await OffsetAsync(broker, Group), Is.EqualTo(1), "the consumer commits, not the broker");
    }

    [Test]
    public async Task A_consumer_in_Cpp_is_told_in_its_own_form()
    {
        var pushed = new PushedResets();
        await using var broker = await TestBroker.StartAsync(o => o with { UseServerSideResetOffset = false }, clientTable: pushed.Table);
        await broker.CreateTopicAsync(Topic, queues: 1);
        var heartbeat = RemotingCommand.Request(
            RequestCode.HeartBeat, body: RemotingJson.Serialize(new HeartbeatData { ClientId = "c1", ConsumerDataSet = [Consumer()] }));
        heartbeat.Language = LanguageCode.Cpp;
        await broker.Client.InvokeAsync(broker.Address, heartbeat, TimeSpan.FromSeconds(10));
        await CommitAsync(broker, 0);

        await ResetAsync(broker, new() { Timestamp = -1 });

        Assert.That(
            Encoding.UTF8.GetString((await pushed.First).Body),
            Is.EqualTo("""{"offsetTable":[{"brokerName":"broker-a","offset":0,"queueId":0,"topic":"Orders"}]}"""));
    }

    [Test]
    public async Task Without_resets_on_the_broker_a_group_that_is_not_online_can_not_be_reset()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { UseServerSideResetOffset = false });
        await broker.CreateTopicAsync(Topic, queues: 1);
        await CommitAsync(broker, 0);

        var response = await ResetAsync(broker, new() { Timestamp = -1 });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.ConsumerNotOnline));
    }

    [Test]
    public async Task A_group_goes_on_where_another_stands_after_its_offsets_were_cloned()
    {
        await using var broker = await StartAsync();
        await CommitAsync(broker, 3);

        var response = await broker.CallAsync(
            RequestCode.CloneGroupOffset, new CloneGroupOffsetRequestHeader { SrcGroup = Group, DestGroup = "auditing" });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await OffsetAsync(broker, "auditing"), Is.EqualTo(3));
    }

    [Test]
    public async Task The_progress_of_a_group_names_what_it_consumed_what_it_pulled_and_what_there_is()
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 4);
        await broker.PullAsync(Topic, 0, 0, Group, count: 3);
        await CommitAsync(broker, 1);

        var stats = (await broker.CallAsync(RequestCode.GetConsumeStats, new GetConsumeStatsRequestHeader { ConsumerGroup = Group }))
            .ReadBody<ConsumeStats>().OffsetTable[Queue];

        Assert.That((stats.BrokerOffset, stats.PullOffset, stats.ConsumerOffset), Is.EqualTo((4L, 3L, 1L)));
        Assert.That(stats.LastTimestamp, Is.GreaterThan(1_700_000_000_000));
    }

    [Test]
    public async Task The_progress_of_a_group_leaves_out_topics_it_does_not_subscribe_to_any_more_unless_they_are_named()
    {
        await using var broker = await StartAsync();
        await broker.CreateTopicAsync("Left", queues: 1);
        await CommitAsync(broker, 1);
        await CommitAsync(broker, 1, "Left");
        await broker.HeartbeatAsync("c1", consumer: Consumer());

        var all = await ProgressTopicsAsync(broker, new GetConsumeStatsRequestHeader { ConsumerGroup = Group });
        var listed = await ProgressTopicsAsync(broker, new GetConsumeStatsRequestHeader { ConsumerGroup = Group, TopicList = "Left;Orders;" });

        Assert.That(all, Is.EquivalentTo(new[] { Topic }));
        Assert.That(listed, Is.EquivalentTo(new[] { Topic, "Left" }));
    }

    [Test]
    public async Task The_groups_of_a_topic_are_those_that_subscribe_to_it_and_those_that_consumed_it()
    {
        await using var broker = await StartAsync();
        await broker.HeartbeatAsync("c1", consumer: Consumer());
        await broker.CommitAsync("auditing", Topic, 1);

        var groups = (await broker.CallAsync(RequestCode.QueryTopicConsumeByWho, new QueryTopicConsumeByWhoRequestHeader { Topic = Topic }))
            .ReadBody<GroupList>().Groups;
        var topics = (await broker.CallAsync(RequestCode.QueryTopicsByConsumer, new QueryTopicsByConsumerRequestHeader { Group = "auditing" }))
            .ReadBody<TopicList>();

        Assert.That(groups, Is.EquivalentTo(new[] { Group, "auditing" }));
        Assert.That(topics.Topics, Is.EquivalentTo(new[] { Topic }));
        Assert.That(topics.BrokerAddr, Is.EqualTo(broker.Address));
    }

    [Test]
    public async Task How_late_a_group_is_counts_from_the_next_message_it_will_get()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await StartAsync(clock);
        await SendAsync(broker, 1);
        clock.Advance(TimeSpan.FromSeconds(5));
        await SendAsync(broker, 1);
        clock.Advance(TimeSpan.FromSeconds(7));
        await CommitAsync(broker, 1);

        var span = (await broker.CallAsync(
            RequestCode.QueryConsumeTimeSpan, new QueryConsumeTimeSpanRequestHeader { Topic = Topic, Group = Group }))
            .ReadBody<QueryConsumeTimeSpanBody>().ConsumeTimeSpanSet.Single();

        Assert.That(span.DelayTime, Is.EqualTo(7_000));
        Assert.That(span.MaxTimeStamp - span.ConsumeTimeStamp, Is.EqualTo(5_000));
    }

    [Test]
    public async Task All_offsets_are_told_with_the_topics_of_each_group()
    {
        await using var broker = await StartAsync();
        await CommitAsync(broker, 3);

        var all = (await broker.CallAsync(RequestCode.GetAllConsumerOffset)).ReadBody<ConsumerOffsetSerializeWrapper>();
        var delays = (await broker.CallAsync(RequestCode.GetAllDelayOffset)).ReadBody<DelayOffsetSerializeWrapper>();

        Assert.That(all.OffsetTable[$"{Topic}@{Group}"][0], Is.EqualTo(3));
        Assert.That(all.GroupTopicMap![Group], Is.EquivalentTo(new[] { Topic }));
        Assert.That(delays.DataVersion, Is.Not.Null);
    }

    [TestCase("A || B", "TAG", new[] { "A", "B" })]
    [TestCase("*", null, new string[0])]
    [TestCase("", null, new string[0])]
    public async Task What_a_pull_subscribes_to_itself_is_told_until_nobody_pulls_so(string subscription, string? type, string[] tags)
    {
        var clock = new RocketMQ.TestSupport.VirtualTimeProvider();
        // Time passes for its connections, too.
        await using var broker = await TestBroker.StartAsync(o => o with { ServerChannelMaxIdleTimeSeconds = 3600 }, time: clock);
        await broker.CreateTopicAsync("Pulled");
        await broker.PullAsync("Pulled", 0, 0, group: "pullers", subscription: subscription, type: type);

        var told = await SubscriptionAsync(broker, "pullers", "Pulled");
        var ofOtherTopic = await SubscriptionAsync(broker, "pullers", "Other");
        clock.Advance(TimeSpan.FromMinutes(11));
        var later = await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(10),
            async () => await SubscriptionAsync(broker, "pullers", "Pulled") is null ? new object() : null,
            "the subscription to be forgotten");

        Assert.That(told, Is.Not.Null);
        Assert.That((told!.Topic, told.SubString, told.ExpressionType), Is.EqualTo(("Pulled", subscription.Length == 0 ? "*" : subscription, "TAG")));
        Assert.That(told.TagsSet, Is.EquivalentTo(tags));
        Assert.That(told.CodeSet, Is.EquivalentTo(tags.Select(tag => (int)tag[0])));
        Assert.That(told.SubVersion, Is.GreaterThan(0));
        Assert.That(ofOtherTopic, Is.Null);
        Assert.That(later, Is.Not.Null);
    }

    private static async Task<SubscriptionData?> SubscriptionAsync(TestBroker broker, string group, string topic) =>
        (await broker.CallAsync(RequestCode.QuerySubscriptionByConsumer, new QuerySubscriptionByConsumerRequestHeader { Group = group, Topic = topic }))
            .ReadBody<QuerySubscriptionResponseBody>().SubscriptionData;

    [Test]
    public async Task The_subscription_of_a_group_is_told()
    {
        await using var broker = await StartAsync();
        await broker.HeartbeatAsync("c1", consumer: Consumer());

        var body = (await broker.CallAsync(
            RequestCode.QuerySubscriptionByConsumer, new QuerySubscriptionByConsumerRequestHeader { Group = Group, Topic = Topic }))
            .ReadBody<QuerySubscriptionResponseBody>();

        Assert.That(body.SubscriptionData!.Topic, Is.EqualTo(Topic));
    }

    [TestCase(Group, "", 3)]
    [TestCase(Group, "auditing", 5)]
    [TestCase("auditing", "auditing", long.MaxValue)]
    public async Task A_group_is_corrected_to_the_least_of_all_groups_but_those_filtered_unless_it_is_behind_that(
        string compared, string filtered, long expected)
    {
        await using var broker = await StartAsync();
        await SendAsync(broker, 5);
        await CommitAsync(broker, 5);
        await broker.CommitAsync("auditing", Topic, 3);

        var body = (await broker.CallAsync(
            RequestCode.QueryCorrectionOffset,
            new QueryCorrectionOffsetRequestHeader { Topic = Topic, CompareGroup = compared, FilterGroups = filtered })).ReadBody<QueryCorrectionOffsetBody>();

        Assert.That(body.CorrectionOffsets[0], Is.EqualTo(expected));
        Assert.That(await OffsetAsync(broker, "auditing"), Is.EqualTo(3), "to ask changes nothing");
    }

    private static MessageQueue Queue => new(Topic, "broker-a", 0);

    private static ConsumerData Consumer() =>
        new() { GroupName = Group, SubscriptionDataSet = [new SubscriptionData { Topic = Topic, SubVersion = 1 }] };

    private static async Task<TestBroker> StartAsync(TimeProvider? time = null)
    {
        var broker = await TestBroker.StartAsync(time: time);
        await broker.CreateTopicAsync(Topic, queues: 1);
        await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = Group });
        return broker;
    }

    private static async Task SendAsync(TestBroker broker, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await broker.SendAsync(Topic, [1]);
        }
    }

    private static Task<RemotingCommand> CommitAsync(TestBroker broker, long offset, string topic = Topic) =>
        broker.CommitAsync(Group, topic, offset);

    private static async Task<long> OffsetAsync(TestBroker broker, string group) =>
        (await broker.CallAsync(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = Topic }))
        .ReadHeader<QueryConsumerOffsetResponseHeader>().Offset;

    private static Task<RemotingCommand> ResetAsync(TestBroker broker, ResetOffsetRequestHeader header)
    {
        header.Topic = header.Topic.Length > 0 ? header.Topic : Topic;
        header.Group = header.Group.Length > 0 ? header.Group : Group;
        return broker.CallAsync(RequestCode.InvokeBrokerToResetOffset, header);
    }

    private static async Task<IEnumerable<string>> ProgressTopicsAsync(TestBroker broker, GetConsumeStatsRequestHeader header) =>
        (await broker.CallAsync(RequestCode.GetConsumeStats, header)).ReadBody<ConsumeStats>().OffsetTable.Keys.Select(q => q.Topic);
}
