using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Topics;

public class TopicAdministrationTests
{
    [Test]
    public async Task A_deleted_topic_is_gone_with_its_queues_its_offsets_and_the_retry_topics_of_popping()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("%RETRY%billing_Orders");
        await broker.CreateTopicAsync("%RETRY%billing");
        await broker.SendAsync("Orders", [1]);
        await CommitAsync(broker, "billing", "Orders", 1);

        var response = await DeleteAsync(broker, "Orders");
        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
        await using var again = await broker.RestartAsync();
        var left = await TopicNamesAsync(again);
        await again.CreateTopicAsync("Orders");
        var stats = await StatsAsync(again, "Orders");
        var offset = await again.CallAsync(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = "billing", Topic = "Orders", SetZeroIfNotFound = false });

        Assert.Multiple(() =>
        {
            Assert.That(left, Has.No.Member("Orders").And.No.Member("%RETRY%billing_Orders").And.Member("%RETRY%billing"));
            Assert.That(stats.OffsetTable[new MessageQueue("Orders", "broker-a", 0)].MaxOffset, Is.Zero);
            Assert.That(offset.Code, Is.EqualTo(ResponseCode.QueryNotFound));
        });
    }

    [Test]
    public async Task A_deletion_that_the_journal_knows_and_that_a_kill_cut_short_is_finished_by_the_next_start()
    {
        using var folder = new TestFolder();
        await using (var broker = await TestBroker.StartAsync(directory: folder.Path))
        {
            await broker.CreateTopicAsync("Orders");
            await broker.SendAsync("Orders", [1]);
            await CommitAsync(broker, "billing", "Orders", 1);
        }

        // All that is left of a broker that was killed right after it had journalled the deletion.
        var config = ConfigFolder.Open(folder.File("config"), PhysicalFileSystem.Instance, TimeProvider.System, NullLoggerFactory.Instance);
        var topics = new TopicTable(new BrokerOptions(), config.Journalled("topics.json"), TimeProvider.System, NullLogger<TopicTable>.Instance);
        topics.Remove("Orders");
        Assert.That(await topics.Saved, Is.Null);

        await using var again = await TestBroker.StartAsync(directory: folder.Path);
        await again.CreateTopicAsync("Orders");
        var stats = await StatsAsync(again, "Orders");
        var offset = await again.CallAsync(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = "billing", Topic = "Orders", SetZeroIfNotFound = false });

        Assert.That(stats.OffsetTable[new MessageQueue("Orders", "broker-a", 0)].MaxOffset, Is.Zero);
        Assert.That(offset.Code, Is.EqualTo(ResponseCode.QueryNotFound));
    }

    [TestCase("TBW102")]
    [TestCase("SCHEDULE_TOPIC_XXXX")]
    [TestCase("rmq_sys_anything")]
    [TestCase("broker-a")]
    [TestCase("DefaultCluster")]
    public async Task A_system_topic_can_be_neither_changed_nor_deleted(string topic)
    {
        await using var broker = await TestBroker.StartAsync();

        var deleted = await DeleteAsync(broker, topic);
        var changed = await broker.CreateTopicAsync(topic, queues: 1);

        Assert.Multiple(() =>
        {
            Assert.That(deleted.Code, Is.EqualTo(ResponseCode.InvalidParameter));
            Assert.That(deleted.Remark, Does.Contain($"The topic[{topic}] is conflict with system topic."));
            Assert.That(changed.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        });
    }

    [Test]
    public async Task A_list_of_topics_is_made_as_a_whole_or_not_at_all()
    {
        await using var broker = await TestBroker.StartAsync();
        var good = new TopicConfig { TopicName = "Good", ReadQueueNums = 2, WriteQueueNums = 2, Attributes = { ["+message.type"] = "FIFO" } };

        var refused = await PutAsync(broker, good, new TopicConfig { TopicName = "Bad one" });
        var before = await TopicNamesAsync(broker);
        var taken = await PutAsync(broker, good, new TopicConfig { TopicName = "Other" });
        var all = await AllAsync(broker);

        Assert.Multiple(() =>
        {
            Assert.That(refused.Code, Is.EqualTo(ResponseCode.InvalidParameter));
            Assert.That(before, Has.No.Member("Good"));
            Assert.That(taken.Code, Is.EqualTo(ResponseCode.Success), taken.Remark);
            Assert.That(all["Good"].Attributes, Is.EqualTo(new Dictionary<string, string> { ["message.type"] = "FIFO" }));
            Assert.That(all.Keys, Has.Member("Other"));
        });
    }

    [Test]
    public async Task A_topic_is_of_mixed_type_only_where_that_is_enabled()
    {
        await using var strict = await TestBroker.StartAsync();
        await using var open = await TestBroker.StartAsync(o => o with { EnableMixedMessageType = true });

        var refused = await strict.CreateTopicAsync("Mixed", attributes: "+message.type=MIXED");
        var taken = await open.CreateTopicAsync("Mixed", attributes: "+message.type=MIXED");

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(refused.Remark, Does.Contain("enableMixedMessageType"));
        Assert.That(taken.Code, Is.EqualTo(ResponseCode.Success), taken.Remark);
    }

    [Test]
    public async Task More_queues_than_the_store_has_room_for_are_refused_with_the_limit()
    {
        await using var broker = await TestBroker.StartAsync();

        var response = await broker.CreateTopicAsync("Wide", queues: 65_537);

        Assert.That(response.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(response.Remark, Does.Contain("65536"));
    }

    [Test]
    public async Task The_state_of_a_topic_names_the_bounds_and_the_last_message_of_each_queue()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", queues: 2);
        await broker.SendAsync("Orders", [1], queueId: 1);
        await broker.SendAsync("Orders", [2], queueId: 1);

        var stats = await StatsAsync(broker, "Orders");
        var unknown = await broker.CallAsync(RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = "Nothing" });

        var written = stats.OffsetTable[new MessageQueue("Orders", "broker-a", 1)];
        Assert.Multiple(() =>
        {
            Assert.That(stats.OffsetTable, Has.Count.EqualTo(2));
            Assert.That((written.MinOffset, written.MaxOffset), Is.EqualTo((0L, 2L)));
            Assert.That(written.LastUpdateTimestamp, Is.GreaterThan(1_700_000_000_000));
            Assert.That(unknown.Code, Is.EqualTo(ResponseCode.TopicNotExist));
        });
    }

    [Test]
    public async Task Queues_of_topics_that_are_not_configured_any_more_can_be_cleaned_away()
    {
        await using var first = await TestBroker.StartAsync();
        await first.CreateTopicAsync("Forgotten");
        await first.CreateTopicAsync("Orders");
        await first.SendAsync("Forgotten", [1]);
        await first.SendAsync("Orders", [1]);
        await first.Client.DisposeAsync();
        await first.Server.DisposeAsync();
        var config = Path.Combine(first.Directory, "config", "topics.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("Forgotten", "Renamed", StringComparison.Ordinal));

        await using var broker = await TestBroker.StartAsync(directory: first.Directory);
        var before = Queues(broker);
        var response = await broker.CallAsync(RequestCode.CleanUnusedTopic);

        Assert.Multiple(() =>
        {
            Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
            Assert.That(before, Has.Member("Forgotten"));
            Assert.That(Queues(broker), Has.Member("Orders").And.No.Member("Forgotten"));
        });
    }

    private static IEnumerable<string?> Queues(TestBroker broker) =>
        Directory.GetDirectories(Path.Combine(broker.Directory, "consumequeue")).Select(Path.GetFileName);

    private static Task<RemotingCommand> DeleteAsync(TestBroker broker, string topic) =>
        broker.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = topic });

    private static Task<RemotingCommand> PutAsync(TestBroker broker, params TopicConfig[] topics) =>
        broker.CallJsonAsync(RequestCode.UpdateAndCreateTopicList, null, new CreateTopicListRequestBody { TopicConfigList = [.. topics] });

    private static Task<RemotingCommand> CommitAsync(TestBroker broker, string group, string topic, long offset) =>
        broker.CommitAsync(group, topic, offset);

    private static async Task<TopicStatsTable> StatsAsync(TestBroker broker, string topic) =>
        (await broker.CallAsync(RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = topic })).ReadBody<TopicStatsTable>();

    private static async Task<Dictionary<string, TopicConfig>> AllAsync(TestBroker broker) =>
        (await broker.CallAsync(RequestCode.GetAllTopicConfig)).ReadBody<TopicConfigSerializeWrapper>().TopicConfigTable;

    private static async Task<IEnumerable<string>> TopicNamesAsync(TestBroker broker) => (await AllAsync(broker)).Keys;
}
