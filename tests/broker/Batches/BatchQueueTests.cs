using System.Buffers;
using System.Text;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Batches;

/// <summary>Topics with queue.type=BatchCQ: a batch is one record from the send to the acknowledgement.</summary>
public class BatchQueueTests
{
    private const string Topic = "Batches";

    [Test]
    public async Task A_batch_is_stored_as_one_record_that_says_how_many_it_is_and_where_it_begins()
    {
        await using var broker = await StartAsync();
        await SendBatchAsync(broker, 3, "first");

        var reply = await SendBatchAsync(broker, 5, "second", [new("INNER_NUM", "99"), new("INNER_BASE", "99"), new("TAGS", "a")]);

        var header = reply.ReadHeader<SendMessageResponseHeader>();
        var record = TestBroker.Messages(await broker.PullAsync(Topic, 0, 4)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success), reply.Remark);
            Assert.That((header.QueueOffset, header.BatchUniqId, header.TransactionId), Is.EqualTo((3L, "second", "second")));
            Assert.That(header.MsgId, Does.Not.Contain(","));
            Assert.That((record.QueueOffset, record.SysFlag), Is.EqualTo((3L, 192)));
            Assert.That((record.Properties["INNER_NUM"], record.Properties["INNER_BASE"], record.Properties["TAGS"], record.Properties["CLUSTER"]),
                Is.EqualTo(("5", "3", "a", "DefaultCluster")));
            Assert.That(record.Body, Is.EqualTo(Body(5)));
        });
    }

    [Test]
    public async Task A_batch_of_more_messages_than_a_unit_counts_is_refused()
    {
        await using var broker = await StartAsync();

        var most = await SendBatchAsync(broker, 32_767, "most");
        var more = await SendBatchAsync(broker, 32_768, "more");

        Assert.That(most.Code, Is.EqualTo(ResponseCode.Success), most.Remark);
        Assert.That((more.Code, more.Remark), Is.EqualTo((ResponseCode.SystemError, more.Remark)).And.Matches<(int, string)>(r => r.Item2.Contains("32767", StringComparison.Ordinal)));
        Assert.That((await SendBatchAsync(broker, 1, "next")).ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.EqualTo(32_767));
    }

    [TestCase("5", ResponseCode.MessageIllegal, TestName = "A message that says it is five messages and is none is refused")]
    [TestCase("0", ResponseCode.MessageIllegal, TestName = "A message that says it is no message is refused")]
    [TestCase("x", ResponseCode.SystemError, TestName = "A number that is none is refused as by Apaches broker")]
    [TestCase("40000", ResponseCode.SystemError, TestName = "A number that no unit can count is refused as by Apaches broker")]
    public async Task Claims(string number, int code)
    {
        await using var broker = await StartAsync();

        var reply = await broker.SendAsync(Topic, [1, 2, 3], properties: [new("INNER_NUM", number)], sysFlag: 192);

        Assert.That(reply.Code, Is.EqualTo(code), reply.Remark);
        Assert.That((await SendBatchAsync(broker, 2, "next")).ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.Zero);
    }

    [Test]
    public async Task A_message_that_is_a_batch_and_says_so_is_one()
    {
        await using var broker = await StartAsync();

        var reply = await broker.SendAsync(Topic, Body(3), properties: [new("INNER_NUM", "3"), new("INNER_BASE", "77")], sysFlag: 192);

        Assert.That(reply.ReadHeader<SendMessageResponseHeader>().BatchUniqId, Is.Null);
        var record = TestBroker.Messages(await broker.PullAsync(Topic, 0, 2)).Single();
        Assert.That((record.QueueOffset, record.Properties["INNER_BASE"]), Is.EqualTo((0L, "0")));
    }

    [Test]
    public async Task A_pull_that_waits_is_woken_by_a_batch_and_one_that_wants_other_tags_is_not()
    {
        await using var broker = await StartAsync();
        var waiting = broker.PullAsync(Topic, 0, 0, waitMs: 10_000);
        var wantsTag = broker.PullAsync(Topic, 0, 0, group: "others", subscription: "a", waitMs: 10_000);

        await SendBatchAsync(broker, 3, "none");
        var woken = await waiting;
        await SendBatchAsync(broker, 2, "tagged", [new("TAGS", "a")]);

        Assert.That((woken.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, TestBroker.Messages(woken).Count), Is.EqualTo((3L, 1)));
        Assert.That(TestBroker.Messages(await wantsTag).Select(m => m.QueueOffset), Is.EqualTo(new[] { 3L }));
    }

    [Test]
    public async Task After_a_restart_a_queue_goes_on_and_an_empty_one_is_still_one_of_batches()
    {
        var broker = await StartAsync();
        await using (broker)
        {
            await SendBatchAsync(broker, 3, "before");
            var again = await broker.RestartAsync();
            await using (again)
            {
                Assert.That(await MinAsync(again, 1), Is.EqualTo(-1));
                Assert.That(await MinAsync(again, 0), Is.Zero);
                Assert.That((await SendBatchAsync(again, 2, "after")).ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.EqualTo(3));
                Assert.That(TestBroker.Messages(await again.PullAsync(Topic, 0, 0)).Select(m => m.QueueOffset), Is.EqualTo(new[] { 0L, 3L }));
            }
        }
    }

    [Test]
    public async Task A_killed_broker_knows_which_queues_are_of_batches_before_it_reads_them()
    {
        await using var broker = await StartAsync();
        await SendBatchAsync(broker, 3, "before");
        await SendBatchAsync(broker, 4, "too");
        var copy = Directory.CreateTempSubdirectory("rocketmq-batches-").FullName;
        foreach (var file in Directory.GetFiles(broker.Directory, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "lock"))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(broker.Directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        // Nothing of the queue was written yet: the topic alone tells what it is.
        foreach (var queues in Directory.GetDirectories(copy, "batchconsumequeue"))
        {
            Directory.Delete(queues, recursive: true);
        }

        await using (var killed = await TestBroker.StartAsync(directory: copy))
        {
            Assert.That((await SendBatchAsync(killed, 2, "after")).ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.EqualTo(7));
            Assert.That(TestBroker.Messages(await killed.PullAsync(Topic, 0, 1)).Select(m => m.QueueOffset), Is.EqualTo(new[] { 0L, 3L, 7L }));
        }

        Assert.That(Directory.Exists(Path.Combine(copy, "consumequeue", Topic)), Is.False);
        Assert.That(Directory.Exists(Path.Combine(copy, "batchconsumequeue", Topic)));
        Directory.Delete(copy, recursive: true);
    }

    [Test]
    public async Task A_batch_that_is_sent_back_is_refused_as_by_Apaches_broker()
    {
        await using var broker = await StartAsync();
        await SendBatchAsync(broker, 3, "batch");
        var record = TestBroker.Messages(await broker.PullAsync(Topic, 0, 0)).Single();

        var reply = await broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader
        {
            Group = "consumers", Offset = record.PhysicalOffset, DelayLevel = 1, OriginMsgId = "batch", OriginTopic = Topic,
        });

        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError), reply.Remark);
    }

    [Test]
    public async Task A_pop_gives_whole_batches_and_what_is_acknowledged_stays_away()
    {
        await using var broker = await StartAsync();
        await SendBatchAsync(broker, 6, "one");
        await SendBatchAsync(broker, 6, "two");

        var first = await broker.PopAsync(Topic, 0, count: 1);
        Assert.Multiple(() =>
        {
            Assert.That(first.Messages.Select(m => m.Message.QueueOffset), Is.EqualTo(new[] { 0L }));
            Assert.That((first.Header.StartOffsetInfo, first.Header.MsgOffsetInfo, first.Header.RestNum), Is.EqualTo(("0 0 0", "0 0 0", 6L)));
        });
        var acknowledged = await broker.AckAsync(first.Messages[0]);
        var second = await broker.PopAsync(Topic, 0);

        Assert.That(acknowledged.Code, Is.EqualTo(ResponseCode.Success), acknowledged.Remark);
        Assert.That(second.Messages.Select(m => m.Message.QueueOffset), Is.EqualTo(new[] { 6L }));
        Assert.That(second.Header.RestNum, Is.Zero);
        Assert.That((await broker.ChangeInvisibleAsync(second.Messages[0], 30_000)).Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task A_popped_batch_that_nobody_acknowledges_comes_back_as_its_messages()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await StartAsync(clock);
        await SendBatchAsync(broker, 3, "batch", [new("TAGS", "a")]);
        await broker.PopAsync(Topic, 0, invisibleMs: 5_000);
        List<PoppedMessage> back = [];

        await Eventually.GetAsync(clock, TimeSpan.FromSeconds(1), async () =>
        {
            back.AddRange((await broker.PopAsync(Topic)).Messages);
            return back.Count >= 3 ? back : null;
        }, "the batch's messages");

        Assert.That(back.Select(m => Encoding.UTF8.GetString(m.Message.Body)), Is.EquivalentTo(new[] { "0", "1", "2" }));
        Assert.That(back.Select(m => m.Message.SysFlag & 192), Is.All.Zero);
        Assert.That(back.Select(m => m.Message.Properties["UNIQ_KEY"]), Is.EquivalentTo(new[] { "inner0", "inner1", "inner2" }));
    }

    [Test]
    public async Task A_batch_that_is_popped_in_order_is_done_with_when_it_is_acknowledged()
    {
        await using var broker = await StartAsync();
        await SendBatchAsync(broker, 6, "one");
        await SendBatchAsync(broker, 4, "two");

        var first = await broker.PopAsync(Topic, 0, count: 1, order: true, attemptId: "a");
        await broker.AckAsync(first.Messages.Single());
        var second = await broker.PopAsync(Topic, 0, count: 1, order: true, attemptId: "b");
        await broker.AckAsync(second.Messages.Single());
        var third = await broker.PopAsync(Topic, 0, count: 1, order: true, attemptId: "c");

        Assert.That(second.Messages.Single().Message.QueueOffset, Is.EqualTo(6));
        Assert.That(third.Messages, Is.Empty);
    }

    [Test]
    public async Task A_group_that_stands_within_a_batch_pops_it_whole_and_can_acknowledge_it()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await StartAsync(clock);
        await SendBatchAsync(broker, 6, "one");
        await broker.CallAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "poppers", Topic = Topic, QueueId = 0, CommitOffset = 4 });

        var popped = await broker.PopAsync(Topic, 0, invisibleMs: 5_000);
        await broker.AckAsync(popped.Messages.Single());
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.That(popped.Messages.Single().Message.QueueOffset, Is.Zero);
        Assert.That((await broker.PopAsync(Topic)).Messages, Is.Empty);
    }

    private static async Task<TestBroker> StartAsync(TimeProvider? time = null)
    {
        var broker = await TestBroker.StartAsync(time: time);
        await broker.CreateTopicAsync(Topic, queues: 2, attributes: "+queue.type=BatchCQ");
        return broker;
    }

    private static Task<RemotingCommand> SendBatchAsync(TestBroker broker, int count, string id, IEnumerable<KeyValuePair<string, string>>? more = null)
    {
        var header = TestBroker.SendHeader(Topic, 0, [new("UNIQ_KEY", id), .. more ?? []]);
        header.Batch = true;
        return broker.CallAsync(RequestCode.SendBatchMessage, header, Body(count));
    }

    private static byte[] Body(int count)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            BatchBody.Write(writer, flag: 0, Encoding.UTF8.GetBytes($"{i}"), PropertyText.ToUtf8([new("UNIQ_KEY", $"inner{i}")]));
        }

        return writer.WrittenSpan.ToArray();
    }

    private static async Task<long> MinAsync(TestBroker broker, int queueId) =>
        (await broker.CallAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = Topic, QueueId = queueId })).ReadHeader<GetMinOffsetResponseHeader>().Offset;
}
