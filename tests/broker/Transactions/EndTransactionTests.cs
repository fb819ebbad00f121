using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Transactions;

public class EndTransactionTests
{
    private const int Unknown = 0;
    private const int Commit = 8;
    private const int Rollback = 12;
    private const string HalfTopic = "RMQ_SYS_TRANS_HALF_TOPIC";
    private const string OperationTopic = "RMQ_SYS_TRANS_OP_HALF_TOPIC";

    [Test]
    public async Task A_half_message_is_seen_once_it_is_committed_and_not_before()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);

        var answer = await broker.EndAsync(half);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        var message = (await broker.PullAsync("Orders")).Single();
        Assert.Multiple(() =>
        {
            Assert.That(half.TransactionId, Is.EqualTo("id-paid"));
            Assert.That(half.QueueId, Is.EqualTo(1));
            Assert.That(Encoding.UTF8.GetString(message.Body), Is.EqualTo("paid"));
            Assert.That(message.QueueOffset, Is.Zero);
            Assert.That(MessageSysFlag.Transaction(message.SysFlag), Is.EqualTo(Commit));
            Assert.That(message.Tags, Is.EqualTo("t"));
        });
    }

    [Test]
    public async Task Half_and_committed_record_hold_what_Apache_writes()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "paid"));

        var half = (await broker.PullAsync(HalfTopic, 0)).Single();
        var committed = (await broker.PullAsync("Orders")).Single();

        Assert.Multiple(() =>
        {
            Assert.That(half.SysFlag, Is.Zero);
            Assert.That(half.Properties["REAL_TOPIC"], Is.EqualTo("Orders"));
            Assert.That(half.Properties["REAL_QID"], Is.EqualTo("1"));
            Assert.That(half.Properties["TRAN_MSG"], Is.EqualTo("true"));
            Assert.That(half.Properties["__transactionId__"], Is.EqualTo("id-paid"));
            Assert.That(committed.PreparedTransactionOffset, Is.EqualTo(half.PhysicalOffset));
            Assert.That(committed.Properties, Is.EqualTo(half.Properties));
            Assert.That(committed.BornTimestamp, Is.EqualTo(half.BornTimestamp));
        });
    }

    [Test]
    public async Task A_message_that_is_rolled_back_is_never_seen_and_its_end_is_on_record_at_once()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "refused");

        var answer = await broker.EndAsync(half, Rollback);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);
        var operation = (await broker.PullAsync(OperationTopic, 0)).Single();
        Assert.That(operation.Tags, Is.EqualTo("d"));
        Assert.That(Encoding.ASCII.GetString(operation.Body), Is.EqualTo("0,"));
    }

    [Test]
    public async Task Ends_of_commits_are_written_together_after_the_batch_interval()
    {
        await using var broker = await TransactionBroker.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await broker.EndAsync(await broker.SendHalfAsync("Orders", $"m{i}"));
        }

        Assert.That(await broker.PullAsync(OperationTopic, 0), Is.Empty);
        var operation = await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromSeconds(1), async () => (await broker.PullAsync(OperationTopic, 0)).SingleOrDefault(), "an operation record");
        Assert.That(Encoding.ASCII.GetString(operation.Body), Is.EqualTo("0,1,2,"));
    }

    [Test]
    public async Task A_full_batch_of_ends_is_written_without_waiting()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionOpMsgMaxSize = 4 });
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "a"));
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "b"));

        Assert.That(Encoding.ASCII.GetString((await broker.PullAsync(OperationTopic, 0)).Single().Body), Is.EqualTo("0,1,"));
    }

    [Test]
    public async Task A_commit_said_twice_delivers_once()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");

        await broker.EndAsync(half);
        var again = await broker.EndAsync(half);

        Assert.That(again.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_first_word_counts_when_a_producer_contradicts_itself()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");

        await broker.EndAsync(half, Rollback);
        var contradiction = await broker.EndAsync(half, Commit);

        Assert.That(contradiction.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);
    }

    [Test]
    public async Task Unknown_is_not_answered_and_leaves_the_transaction_open()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");
        Assert.That(OffsetMessageId.TryParse(half.MsgId, out _, out var offset));
        var unknown = RocketMQ.Protocol.Commands.RemotingCommand.Request(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            ProducerGroup = "tx", TranStateTableOffset = 0, CommitLogOffset = offset, CommitOrRollback = Unknown, MsgId = "id-paid",
        });

        Assert.ThrowsAsync<RemotingTimeoutException>(() => broker.Broker.Client.InvokeAsync(broker.Broker.Address, unknown, TimeSpan.FromMilliseconds(200)));
        Assert.That((await broker.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
    }

    [TestCase("other", 0, 0, "The producer group wrong")]
    [TestCase("tx", 1, 0, "The transaction state table offset wrong")]
    [TestCase("tx", 0, 1, "Find prepared transaction message failed")]
    public async Task Who_names_another_half_message_is_refused_with_Apaches_words(string group, long queueOffset, long logOffset, string reason)
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");
        Assert.That(OffsetMessageId.TryParse(half.MsgId, out _, out var offset));

        var answer = await broker.EndAsync(new EndTransactionRequestHeader
        {
            ProducerGroup = group, TranStateTableOffset = half.QueueOffset + queueOffset, CommitLogOffset = offset + logOffset, CommitOrRollback = Commit, MsgId = "x",
        });

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(answer.Remark, Is.EqualTo(reason));
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);
    }

    [Test]
    public async Task An_ordinary_message_cannot_be_committed()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var sent = (await broker.Broker.SendAsync("Orders", [1], 1, [new("PGROUP", "tx")])).ReadHeader<SendMessageResponseHeader>();

        var answer = await broker.EndAsync(sent);

        Assert.That(answer.Remark, Is.EqualTo("Find prepared transaction message failed"));
        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_committed_message_with_a_delay_level_waits_for_it()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "later", new KeyValuePair<string, string>("DELAY", "2"));
        await broker.EndAsync(half);
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);
        var committedAt = broker.Clock.GetUtcNow().ToUnixTimeMilliseconds();

        var message = await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromMilliseconds(100), async () => (await broker.PullAsync("Orders")).SingleOrDefault(), "the delayed message");

        Assert.That(message.StoreTimestamp - committedAt, Is.GreaterThanOrEqualTo(5000));
        Assert.That(Encoding.UTF8.GetString(message.Body), Is.EqualTo("later"));
    }

    [Test]
    public async Task Half_messages_are_refused_where_the_broker_takes_none()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { RejectTransactionMessage = true });

        var sent = await broker.TrySendHalfAsync("Orders", "paid");

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(sent.Remark, Does.Contain("sending transaction message is forbidden"));
    }

    [Test]
    public async Task A_committed_message_that_its_consumer_sends_back_is_no_half_message()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var header = TestBroker.SendHeader("%RETRY%consumers", 0, [new("TRAN_MSG", "true"), new("PGROUP", "tx"), new("DELAY", "3")]);
        header.ReconsumeTimes = 1;

        Assert.That((await broker.Broker.CallAsync(RequestCode.SendMessageV2, header, [1])).Code, Is.EqualTo(ResponseCode.Success));

        Assert.That(await broker.PullAsync(HalfTopic, 0), Is.Empty);
        Assert.That(await broker.PullAsync("SCHEDULE_TOPIC_XXXX", 2), Has.Count.EqualTo(1));
    }
}
