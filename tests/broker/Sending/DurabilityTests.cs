using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Sending;

/// <summary>With SYNC_FLUSH nothing that stores is answered with success before the disk has it, and what the disk said is the answer.</summary>
public class DurabilityTests
{
    private const int Commit = 8;
    private const int Rollback = 12;

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_send_whose_flush_is_late_or_fails_is_stored_but_no_success(bool isBroken)
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendAsync("Orders", [0]);

        Stop(disk, isBroken);
        var sent = await broker.SendAsync("Orders", [1]);
        disk.IsStuck = false;

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.FlushDiskTimeout));
        Assert.That(sent.ReadHeader<SendMessageResponseHeader>().QueueOffset, Is.EqualTo(1), "the header is the usual one");
        Assert.That(sent.Remark, isBroken ? Does.Contain("the disk failed") : Is.Null);
    }

    [Test]
    public async Task A_producer_that_does_not_wait_is_answered_at_once()
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendAsync("Orders", [0]);

        disk.IsStuck = true;
        var sent = await broker.SendAsync("Orders", [1], properties: [new("WAIT", "false")]);
        disk.IsStuck = false;

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_send_back_that_is_not_on_the_disk_is_answered_as_by_Apache(bool isBroken)
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendAsync("Orders", [0]);
        var origin = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Single();

        Stop(disk, isBroken);
        var back = await broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader
        {
            Offset = origin.PhysicalOffset, Group = "consumers", DelayLevel = 0, OriginTopic = "Orders",
        });
        disk.IsStuck = false;

        Assert.That((back.Code, back.Remark), Is.EqualTo((ResponseCode.SystemError, "FLUSH_DISK_TIMEOUT")));
    }

    [TestCase(Commit)]
    [TestCase(Rollback)]
    public async Task The_end_of_a_transaction_that_is_not_on_the_disk_is_no_success_however_often_it_is_said(int outcome)
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendAsync("Orders", [0]);
        var half = (await broker.SendAsync("Orders", [1], properties: [new("TRAN_MSG", "true"), new("PGROUP", "tx"), new("UNIQ_KEY", "id")], sysFlag: 4))
            .ReadHeader<SendMessageResponseHeader>();

        disk.IsStuck = true;
        var first = await EndAsync(broker, half, outcome);
        var again = await EndAsync(broker, half, outcome);
        disk.IsStuck = false;
        var afterwards = await EndAsync(broker, half, outcome);

        Assert.That((first.Code, again.Code, afterwards.Code), Is.EqualTo((ResponseCode.FlushDiskTimeout, ResponseCode.FlushDiskTimeout, ResponseCode.Success)));
        Assert.That(first.Remark, Does.StartWith("FLUSH_DISK_TIMEOUT: the end of the transaction is stored").And.Contain("syncFlushTimeout"));
    }

    [Test]
    public async Task A_recall_that_is_not_on_the_disk_is_no_success()
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        var sent = (await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_SEC", "60"), new("UNIQ_KEY", "K")])).ReadHeader<SendMessageResponseHeader>();

        disk.IsStuck = true;
        var recalled = await broker.CallAsync(RequestCode.RecallMessage, new RecallMessageRequestHeader
        {
            ProducerGroup = "producers", Topic = "Orders", RecallHandle = sent.RecallHandle!,
        });
        disk.IsStuck = false;

        Assert.That(recalled.Code, Is.EqualTo(ResponseCode.FlushDiskTimeout));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_pop_whose_checkpoint_is_not_on_the_disk_hands_out_nothing(bool isBroken)
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendManyAsync("Orders", 3);

        Stop(disk, isBroken);
        var popped = await broker.PopAsync("Orders");
        disk.IsStuck = false;

        Assert.That(popped.Code, Is.EqualTo(ResponseCode.FlushDiskTimeout));
        Assert.That(popped.Response.Body.IsEmpty);
        Assert.That(popped.Messages, Is.Empty);
    }

    [Test]
    public async Task An_acknowledgement_or_a_new_invisible_time_that_is_not_on_the_disk_is_no_success()
    {
        using var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        await broker.SendManyAsync("Orders", 3);
        var popped = (await broker.PopAsync("Orders")).Messages;

        disk.IsStuck = true;
        var acked = await broker.AckAsync(popped[0]);
        var changed = await broker.ChangeInvisibleAsync(popped[1], 30_000);
        var batch = await AckBatchAsync(broker, popped[2]);
        disk.IsStuck = false;
        var again = await broker.AckAsync(popped[0]);

        Assert.That((acked.Code, changed.Code, batch.Code), Is.EqualTo((ResponseCode.FlushDiskTimeout, ResponseCode.FlushDiskTimeout, ResponseCode.FlushDiskTimeout)));
        Assert.That(acked.Remark, Does.Contain("Send it again"));
        Assert.That(again.Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task A_reply_that_was_pushed_but_is_not_on_the_disk_is_no_success()
    {
        using var disk = new CrowdedDisk();
        var asker = new RequestTable.Builder().Add(RequestCode.PushReplyMessageToClient, new Accepting()).Build();
        await using var broker = await StartAsync(disk, asker);
        await broker.SendAsync("Orders", [0]);
        await broker.HeartbeatAsync("asker@1", "requesters");

        disk.IsStuck = true;
        var replied = await broker.CallAsync(
            RequestCode.SendReplyMessageV2, TestBroker.SendHeader("DefaultCluster_REPLY_TOPIC", 0, [new("MSG_TYPE", "reply"), new("REPLY_TO_CLIENT", "asker@1")]), [1]);
        disk.IsStuck = false;

        Assert.That(replied.Code, Is.EqualTo(ResponseCode.FlushDiskTimeout), replied.Remark);
        Assert.That(replied.Remark, Does.Contain("the client has the reply"));
    }

    private static Task<TestBroker> StartAsync(CrowdedDisk disk, RequestTable? clientTable = null) => TestBroker.StartAsync(
        o => o with { RecallMessageEnable = true }, s => s with { FlushDiskType = FlushDiskType.SyncFlush, SyncFlushTimeout = 300 }, files: disk, clientTable: clientTable);

    private static void Stop(CrowdedDisk disk, bool isBroken) => (disk.IsBroken, disk.IsStuck) = (isBroken, !isBroken);

    private static Task<RemotingCommand> EndAsync(TestBroker broker, SendMessageResponseHeader half, int outcome)
    {
        Assert.That(OffsetMessageId.TryParse(half.MsgId, out _, out var offset));
        return broker.CallAsync(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            ProducerGroup = "tx", TranStateTableOffset = half.QueueOffset, CommitLogOffset = offset, CommitOrRollback = outcome, MsgId = "id",
        });
    }

    private static Task<RemotingCommand> AckBatchAsync(TestBroker broker, PoppedMessage message)
    {
        var receipt = message.Receipt.Split(' ');
        return broker.CallJsonAsync(RequestCode.BatchAckMessage, null, new BatchAckMessageRequestBody
        {
            BrokerName = "broker-a",
            Acks =
            [
                new BatchAck
                {
                    ConsumerGroup = "poppers", Topic = "Orders", Retry = "0", StartOffset = message.Message.QueueOffset, QueueId = 0,
                    ReviveQueueId = int.Parse(receipt[3], System.Globalization.CultureInfo.InvariantCulture),
                    PopTime = long.Parse(receipt[1], System.Globalization.CultureInfo.InvariantCulture),
                    InvisibleTime = long.Parse(receipt[2], System.Globalization.CultureInfo.InvariantCulture),
                    BitSet = [1],
                },
            ],
        });
    }

    private sealed class Accepting : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
