using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Queries;

public class ConsumeQueueTests
{
    [Test]
    public async Task The_entries_of_a_queue_are_told_from_an_index_on()
    {
        await using var broker = await StartAsync();

        var body = (await DumpAsync(broker, index: 1, count: 2)).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.Multiple(() =>
        {
            Assert.That((body.MinQueueIndex, body.MaxQueueIndex), Is.EqualTo((0L, 4L)));
            Assert.That(body.QueueData!.Select(entry => entry.TagsCode), Is.EqualTo(new long[] { 66, 65 }), "hash codes of B and A");
            Assert.That(body.QueueData![1].PhysicOffset, Is.EqualTo(body.QueueData[0].PhysicOffset + body.QueueData[0].PhysicSize));
            Assert.That(body.QueueData, Has.All.Property("Eval").False);
        });
    }

    [Test]
    public async Task With_a_group_that_is_online_its_subscription_and_what_it_lets_pass_are_told()
    {
        await using var broker = await StartAsync();
        await broker.HeartbeatAsync("c1", consumer: new ConsumerData
        {
            GroupName = "billing",
            SubscriptionDataSet = [new SubscriptionData { Topic = "Orders", SubString = "A", TagsSet = ["A"], CodeSet = [65], SubVersion = 1 }],
        });

        var body = (await DumpAsync(broker, group: "billing")).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.That(body.SubscriptionData!.SubString, Is.EqualTo("A"));
        Assert.That(body.FilterData, Is.EqualTo("null"));
        Assert.That(body.QueueData!.Select(entry => entry.Eval), Is.EqualTo(new[] { true, false, true, false }));
    }

    [Test]
    public async Task A_filter_by_SQL_is_told_as_it_was_compiled()
    {
        await using var broker = await StartAsync();
        await broker.HeartbeatAsync("c1", consumer: new ConsumerData
        {
            GroupName = "billing",
            SubscriptionDataSet = [new SubscriptionData { Topic = "Orders", SubString = "TAGS = 'B'", ExpressionType = "SQL92", SubVersion = 1 }],
        });

        var body = (await DumpAsync(broker, group: "billing")).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.That(body.FilterData, Does.StartWith("{\n\t\"bloomFilterData\":{").And.Contain("\"expression\":\"TAGS = 'B'\""));
        Assert.That(body.QueueData!.Select(entry => entry.Eval), Is.EqualTo(new[] { false, true, false, false }));
    }

    [Test]
    public async Task A_group_that_is_not_online_is_said_to_be_so()
    {
        await using var broker = await StartAsync();

        var body = (await DumpAsync(broker, group: "billing")).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.That(body.FilterData, Is.EqualTo("billing@Orders is not online!"));
    }

    [Test]
    public async Task A_queue_that_is_none_and_an_index_outside_are_said_to_be_so()
    {
        await using var broker = await StartAsync();

        var noTopic = await DumpAsync(broker, topic: "Nothing");
        var noQueue = await DumpAsync(broker, queueId: 9);
        var outside = await DumpAsync(broker, index: 17);

        Assert.Multiple(() =>
        {
            Assert.That((noTopic.Code, noTopic.Remark), Is.EqualTo((ResponseCode.SystemError, "0@Nothing is not exist!")));
            Assert.That(noQueue.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That((outside.Code, outside.Remark), Is.EqualTo((ResponseCode.Success, "Index 17 of 0@Orders is not exist! There are 0 to 3.")));
            Assert.That(outside.ReadBody<QueryConsumeQueueResponseBody>().QueueData, Is.Empty);
        });
    }

    [Test]
    public async Task Entries_that_are_gone_are_not_listed_and_none_is_numbered_wrongly([Values(0L, -5L, long.MinValue)] long index)
    {
        await using var broker = await TestBroker.StartAsync(
            configureStore: s => s with { MappedFileSizeCommitLog = 64 * 1024, FileReservedTime = 0, DeleteWhen = "", CleanResourceInterval = 50 });
        for (var i = 0; i < 40; i++)
        {
            await broker.SendAsync("Orders", new byte[8000]);
        }

        await broker.CallAsync(RequestCode.DeleteExpiredCommitlog);
        var last = await Eventually.GetAsync(
            async () => (await DumpAsync(broker, index: 39)).ReadBody<QueryConsumeQueueResponseBody>() is { MinQueueIndex: > 0 } body ? body : null,
            "the oldest messages to be gone");

        var below = await DumpAsync(broker, index: index);
        var first = (await DumpAsync(broker, index: last.MinQueueIndex + 1, count: 1)).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.That(below.ReadBody<QueryConsumeQueueResponseBody>().QueueData, Is.Empty);
        Assert.That(below.Remark, Does.StartWith($"Index {index} of 0@Orders is not exist! There are "));
        Assert.That(first.QueueData, Has.Count.EqualTo(1));
    }

    [TestCase("TAG", "*")]
    [TestCase("TAG", "")]
    [TestCase("TAG", "A")]
    [TestCase("TAG", "B || C")]
    [TestCase("TAG", " || ")]
    [TestCase("TAG", "||")]
    [TestCase("TAG", "nothing")]
    [TestCase("SQL92", "TAGS = 'A'")]
    [TestCase("SQL92", "missing > 1")]
    [TestCase("SQL92", "NOT (missing > 1)")]
    [TestCase("SQL92", "TAGS IS NOT NULL")]
    [TestCase("SQL92", "TAGS = ")]
    [TestCase("other", "*")]
    public async Task What_is_said_to_pass_is_what_a_pull_is_given(string type, string expression)
    {
        foreach (var enablePropertyFilter in new[] { true, false })
        {
            await using var broker = await StartAsync(enablePropertyFilter);
            await broker.HeartbeatAsync("c1", consumer: new ConsumerData
            {
                GroupName = "billing",
                SubscriptionDataSet = [new SubscriptionData { Topic = "Orders", SubString = expression, ExpressionType = type, SubVersion = 1 }],
            });

            var pulled = TestBroker.Messages(await broker.CallAsync(RequestCode.PullMessage, new PullMessageRequestHeader
            {
                ConsumerGroup = "billing", Topic = "Orders", MaxMsgNums = 32,
            }));
            var entries = (await DumpAsync(broker, group: "billing")).ReadBody<QueryConsumeQueueResponseBody>().QueueData!;

            Assert.That(
                entries.Where(entry => entry.Eval).Select(entry => entry.PhysicOffset), Is.EqualTo(pulled.Select(message => message.PhysicalOffset)),
                $"enablePropertyFilter={enablePropertyFilter}");
        }
    }

    [Test]
    public async Task The_subscription_that_a_pull_brings_is_told_of_a_group_without_heartbeats()
    {
        await using var broker = await StartAsync();
        await broker.PullAsync("Orders", 0, 0, group: "billing", subscription: "A || B");

        var body = (await DumpAsync(broker, group: "billing")).ReadBody<QueryConsumeQueueResponseBody>();

        Assert.That(body.SubscriptionData!.SubString, Is.EqualTo("A || B"));
        Assert.That(body.QueueData!.Select(entry => entry.Eval), Is.EqualTo(new[] { true, true, true, false }));
    }

    private static async Task<TestBroker> StartAsync(bool enablePropertyFilter = true)
    {
        var broker = await TestBroker.StartAsync(o => o with { EnablePropertyFilter = enablePropertyFilter });
        await broker.CreateTopicAsync("Orders", queues: 1);
        foreach (var tag in new[] { "A", "B", "A", "C" })
        {
            await broker.SendAsync("Orders", [1], properties: [new("TAGS", tag)]);
        }

        return broker;
    }

    private static Task<RemotingCommand> DumpAsync(
        TestBroker broker, string topic = "Orders", int queueId = 0, long index = 0, int count = 10, string? group = null) =>
        broker.CallAsync(RequestCode.QueryConsumeQueue, new QueryConsumeQueueRequestHeader
        {
            Topic = topic, QueueId = queueId, Index = index, Count = count, ConsumerGroup = group,
        });
}
