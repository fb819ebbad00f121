using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Limits;

/// <summary>Files are opened elsewhere: while a disk takes its time, the thread that reads sockets serves the others.</summary>
public class ColdDiskTests
{
    [TestCase(RequestCode.QueryConsumerOffset)]
    [TestCase(RequestCode.GetMaxOffset)]
    [TestCase(RequestCode.GetMinOffset)]
    public async Task A_question_about_a_queue_that_nobody_has_opened_holds_up_no_other_request(int code)
    {
        using var disk = new CrowdedDisk();
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1]);
        await using var again = await broker.RestartAsync(files: disk);
        await again.SendAsync("Payments", [1]);

        disk.AreQueuesStuck = true;
        var cold = again.CallAsync(code, Question(code, "Orders"));
        var warm = again.CallAsync(code, Question(code, "Payments"));
        var first = await FirstAsync(cold, warm);
        disk.AreQueuesStuck = false;

        Assert.That((await cold).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(first, Is.SameAs(warm), "the one that came behind it on its connection");
    }

    [Test]
    public async Task The_end_of_a_transaction_that_opens_a_queue_holds_up_no_other()
    {
        using var disk = new CrowdedDisk();
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1]);
        var old = await SendHalfAsync(broker, "Orders");
        await using var again = await broker.RestartAsync(files: disk);
        await again.SendAsync("Payments", [1]);
        var young = await SendHalfAsync(again, "Payments");

        disk.AreQueuesStuck = true;
        var cold = EndAsync(again, old);
        var warm = EndAsync(again, young);
        var first = await FirstAsync(cold, warm);
        disk.AreQueuesStuck = false;

        Assert.That((await cold).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(first, Is.SameAs(warm), "the one that came behind it on its connection");
    }

    [Test]
    public async Task A_record_that_an_earlier_process_wrote_is_no_hot_one()
    {
        using var folder = new TestFolder();
        var options = new StoreOptions { StorePathRootDir = folder.Path, MappedFileSizeCommitLog = 64 * 1024 };
        long old;
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            old = store.Append(new MessageDraft { Topic = "Orders", Body = "m"u8, BornHost = default, StoreHost = default }).PhysicalOffset;
        }

        await using var again = MessageStore.Open(options);
        again.Start();
        var young = again.Append(new MessageDraft { Topic = "Orders", Body = "m"u8, BornHost = default, StoreHost = default }).PhysicalOffset;
        var records = new StoredRecords(again);

        Assert.That((records.IsHot(old), records.IsHot(young)), Is.EqualTo((false, true)));
    }

    private static Task<Task> FirstAsync(params Task[] answers) => Task.WhenAny([.. answers, Task.Delay(TimeSpan.FromSeconds(5))]);

    private static ICommandHeader Question(int code, string topic) => code switch
    {
        RequestCode.QueryConsumerOffset => new QueryConsumerOffsetRequestHeader { ConsumerGroup = "consumers", Topic = topic, QueueId = 0 },
        RequestCode.GetMaxOffset => new GetMaxOffsetRequestHeader { Topic = topic, QueueId = 0 },
        _ => new GetMinOffsetRequestHeader { Topic = topic, QueueId = 0 },
    };

    private static async Task<SendMessageResponseHeader> SendHalfAsync(TestBroker broker, string topic)
    {
        var sent = await broker.SendAsync(topic, [1], properties: [new("TRAN_MSG", "true"), new("PGROUP", "tx"), new("UNIQ_KEY", "id")], sysFlag: 4);
        return sent.ReadHeader<SendMessageResponseHeader>();
    }

    private static Task<RemotingCommand> EndAsync(TestBroker broker, SendMessageResponseHeader half)
    {
        Assert.That(OffsetMessageId.TryParse(half.MsgId, out _, out var offset));
        return broker.CallAsync(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            ProducerGroup = "tx", TranStateTableOffset = half.QueueOffset, CommitLogOffset = offset, CommitOrRollback = 8, MsgId = "id",
        });
    }
}
