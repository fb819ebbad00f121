using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Transactions;

/// <summary>Half messages that were given up and are to be asked about again.</summary>
public class ResumeCheckTests
{
    private const string GivenUp = "TRANS_CHECK_MAX_TIME_TOPIC";

    [Test]
    public async Task A_message_that_was_given_up_is_asked_about_again_and_can_be_committed()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionCheckMax = 1 });
        await broker.SendHalfAsync("Orders", "paid");
        await broker.NextCheckAsync();
        var givenUp = await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromSeconds(5), async () => (await broker.PullAsync(GivenUp, 0)).SingleOrDefault(), "the message given up");

        var resumed = await ResumeAsync(broker, givenUp.OffsetMessageId);
        var check = await broker.NextCheckAsync();
        var answer = await broker.AnswerAsync(check.Header);

        Assert.That(resumed.Code, Is.EqualTo(ResponseCode.Success), resumed.Remark);
        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        Assert.That((await broker.PullAsync("Orders")).Single().UniqueKey, Is.EqualTo("id-paid"));
    }

    [Test]
    public async Task A_message_that_is_to_be_asked_about_again_and_is_not_on_the_disk_is_no_success()
    {
        using var disk = new CrowdedDisk();
        await using var broker = await TransactionBroker.StartAsync(
            o => o with { TransactionCheckMax = 1 }, configureStore: s => s with { FlushDiskType = FlushDiskType.SyncFlush }, files: disk);
        await broker.SendHalfAsync("Orders", "paid");
        await broker.NextCheckAsync();
        var givenUp = await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromSeconds(5), async () => (await broker.PullAsync(GivenUp, 0)).SingleOrDefault(), "the message given up");

        disk.IsBroken = true;
        var resumed = await ResumeAsync(broker, givenUp.OffsetMessageId);

        Assert.That(resumed.Code, Is.EqualTo(ResponseCode.FlushDiskTimeout), resumed.Remark);
        Assert.That(resumed.Remark, Does.Contain("the half message is stored").And.Contain("the disk failed"));
    }

    [Test]
    public async Task A_message_that_is_still_asked_about_is_not_asked_about_twice()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");

        var resumed = await ResumeAsync(broker, half.MsgId);

        Assert.That(resumed.Code, Is.EqualTo(ResponseCode.Success), resumed.Remark);
        Assert.That(await broker.PullAsync("RMQ_SYS_TRANS_HALF_TOPIC", 0), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_is_no_open_half_message_is_refused_with_the_reason()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");
        await broker.EndAsync(half);
        var committed = (await broker.PullAsync("Orders")).Single();
        var ordinary = (await broker.Broker.SendAsync("Orders", [1])).ReadHeader<SendMessageResponseHeader>().MsgId;

        var refusals = new List<string?>();
        foreach (var id in new[] { half.MsgId, committed.OffsetMessageId, ordinary, "id-paid", half.MsgId[..^4] + "FFFF" })
        {
            var response = await ResumeAsync(broker, id);
            Assert.That(response.Code, Is.EqualTo(ResponseCode.SystemError), id);
            refusals.Add(response.Remark);
        }

        Assert.That(refusals, Is.EqualTo(new[] { "has ended", "no half message", "no half message", "offset message id is needed", "no half message" })
            .Using<string?, string>(static (actual, part) => actual!.Contains(part, StringComparison.Ordinal)));
    }

    [Test]
    public async Task Open_transactions_are_counted_by_topic_in_Apaches_file()
    {
        using var folder = new TestFolder();
        var file = folder.File("config/transactionMetrics");
        var clock = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795251090470));
        var broker = await TransactionBroker.StartAsync(clock: clock, directory: folder.Path);
        var first = await broker.SendHalfAsync("GoldenTx", "one");
        await broker.SendHalfAsync("GoldenTx", "two");
        var rolledBack = await broker.SendHalfAsync("Orders", "three");
        await broker.EndAsync(first);
        await broker.EndAsync(rolledBack, outcome: 12);

        await broker.DisposeAsync();
        var written = await File.ReadAllTextAsync(file);
        File.Delete(file);
        File.Delete(file + ".bak");
        await (await TransactionBroker.StartAsync(clock: clock, directory: folder.Path)).DisposeAsync();
        var recounted = await File.ReadAllTextAsync(file);

        Assert.That(written, Is.EqualTo(
            """{"dataVersion":{"counter":5,"stateVersion":0,"timestamp":1795251090470},"transactionCount":{"GoldenTx":{"count":1,"timeStamp":1795251090470},"Orders":{"count":0,"timeStamp":1795251090470}}}"""));
        Assert.That(recounted, Is.EqualTo(
            """{"dataVersion":{"counter":1,"stateVersion":0,"timestamp":1795251090470},"transactionCount":{"GoldenTx":{"count":1,"timeStamp":1795251090470}}}"""),
            "a lost file is counted anew");
    }

    private static Task<RemotingCommand> ResumeAsync(TransactionBroker broker, string id) =>
        broker.Broker.CallAsync(RequestCode.ResumeCheckHalfMessage, new ResumeCheckHalfMessageRequestHeader { Topic = "Orders", MsgId = id });
}
