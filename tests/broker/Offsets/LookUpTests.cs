using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Offsets;

/// <summary>Questions about queues that a client names.</summary>
public class LookUpTests
{
    [TestCase("Nobody", 0)]
    [TestCase("Orders", 65_535)]
    [TestCase("Orders", -1)]
    [TestCase("../commitlog", 0)]
    [TestCase("%LMQ%nobody", 0)]
    [TestCase("", 0)]
    public async Task A_look_up_makes_no_queue(string topic, int queueId)
    {
        using var folder = new TestFolder();
        await using var store = MessageStore.Open(new StoreOptions { StorePathRootDir = folder.Path, EnableLmq = true, EnableMultiDispatch = true });
        store.Start();
        var config = ConfigFolder.Open(folder.Path, PhysicalFileSystem.Instance, TimeProvider.System, NullLoggerFactory.Instance);
        var topics = new TopicTable(
            new BrokerOptions(), config.Journalled("topics.json"), TimeProvider.System, NullLogger<TopicTable>.Instance)
        {
            HasLightQueues = true,
        };
        topics.GetOrCreate("Orders", 4, TopicPermission.ReadWrite);
        var offsets = new ConsumerOffsets(
            config.Journalled("consumerOffset.json"), null, () => ValueTask.FromResult(true), _ => true, TimeSpan.FromSeconds(5));
        var lookUps = new QueueLookUps(store, topics, offsets);

        Assert.That(lookUps.Exists(topic, queueId), Is.False);
        Assert.That((lookUps.MaxOffset(topic, queueId), lookUps.EarliestStoreTime(topic, queueId), lookUps.BeginsAtZero(topic, queueId)), Is.EqualTo((0, -1, false)));
        Assert.That(store.IsLoaded(topic, queueId), Is.False);
    }

    [Test]
    public async Task Offsets_of_a_queue_that_nobody_has_looked_at_since_the_start_are_right()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1], queueId: 2);
        await broker.SendAsync("Orders", [2], queueId: 2);
        await using var restarted = await broker.RestartAsync();

        var unknown = await restarted.CallAsync(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "g", Topic = "Orders", QueueId = 2 });
        var max = await restarted.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "Orders", QueueId = 2 });
        var min = await restarted.CallAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "Orders", QueueId = 3 });
        var nowhere = await restarted.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "Nobody", QueueId = 7 });

        Assert.That(unknown.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.Zero);
        Assert.That(max.ReadHeader<GetMaxOffsetResponseHeader>().Offset, Is.EqualTo(2));
        Assert.That(min.ReadHeader<GetMinOffsetResponseHeader>().Offset, Is.Zero);
        Assert.That((nowhere.Code, nowhere.ReadHeader<GetMaxOffsetResponseHeader>().Offset), Is.EqualTo((ResponseCode.Success, 0)));
    }
}
