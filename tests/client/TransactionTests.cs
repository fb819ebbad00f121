using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tests;

public class TransactionTests
{
    private readonly Message _message = new("T", "x"u8.ToArray());
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 1);
        _client = _cluster.Client();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [TestCase(TransactionState.Commit, 8)]
    [TestCase(TransactionState.Rollback, 12)]
    [TestCase(TransactionState.Unknown, 0)]
    public async Task The_broker_is_told_how_the_local_transaction_ended(TransactionState state, int code)
    {
        await using var producer = Producer();

        var receipt = await producer.SendAsync(_message, (_, _) => new(state));

        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.EndTransaction).Any(), "the end");
        var request = _cluster["a"].Received(RequestCode.EndTransaction).Single();
        var end = request.ReadHeader<EndTransactionRequestHeader>();
        var half = _cluster["a"].Messages("T").Single();
        Assert.Multiple(() =>
        {
            Assert.That(receipt.State, Is.EqualTo(state));
            Assert.That(half.Properties[PropertyNames.TransactionPrepared], Is.EqualTo("true"));
            Assert.That(half.Properties[PropertyNames.ProducerGroup], Is.EqualTo("P"));
            Assert.That(MessageSysFlag.Transaction(half.SysFlag), Is.EqualTo(MessageSysFlag.TransactionPrepared));
            Assert.That(end.CommitOrRollback, Is.EqualTo(code));
            Assert.That(end.TranStateTableOffset, Is.EqualTo(half.QueueOffset));
            Assert.That(end.CommitLogOffset, Is.EqualTo(half.PhysicalOffset));
            Assert.That(end.MsgId, Is.EqualTo(half.UniqueKey));
            Assert.That(end.FromTransactionCheck, Is.False);
            Assert.That(request.IsOneway, Is.EqualTo(state == TransactionState.Unknown), "brokers do not answer an unknown end");
        });
    }

    [Test]
    public async Task A_message_that_is_not_fully_stored_is_rolled_back_without_a_local_transaction()
    {
        _cluster["a"].Script(RequestCode.SendMessageV2, _ => RemotingCommand.Response(
            ResponseCode.FlushDiskTimeout, new SendMessageResponseHeader { MsgId = "7F00000100002A9F00000000000004D2" }));
        await using var producer = Producer();
        var ran = false;

        var receipt = await producer.SendAsync(_message, (_, _) =>
        {
            ran = true;
            return new(TransactionState.Commit);
        });

        Assert.That(receipt.State, Is.EqualTo(TransactionState.Rollback));
        Assert.That(ran, Is.False);
        Assert.That(_cluster["a"].Received(RequestCode.EndTransaction).Single().ReadHeader<EndTransactionRequestHeader>().CommitLogOffset, Is.EqualTo(1234));
    }

    [Test]
    public async Task A_local_transaction_that_throws_leaves_the_broker_to_ask()
    {
        await using var producer = Producer();

        Assert.That(() => producer.SendAsync(_message, (_, _) => throw new InvalidDataException("db")), Throws.TypeOf<InvalidDataException>());

        Assert.That(_cluster["a"].Received(RequestCode.EndTransaction), Is.Empty);
    }

    [Test]
    public async Task A_broker_that_asks_is_answered_over_the_same_connection()
    {
        ReceivedMessage? asked = null;
        await using var producer = Producer((m, _) =>
        {
            asked = m;
            return new(TransactionState.Commit);
        });
        await ConnectAsync();
        _cluster["a"].Put("T", 0, "x"u8, "PGROUP\u0001P\u0002UNIQ_KEY\u0001id\u0002TRAN_MSG\u0001true\u0002"u8);

        Ask();

        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.EndTransaction).Any(), "the answer");
        var end = _cluster["a"].Received(RequestCode.EndTransaction).Single().ReadHeader<EndTransactionRequestHeader>();
        Assert.Multiple(() =>
        {
            Assert.That(asked!.MessageId, Is.EqualTo("id"));
            Assert.That(end.FromTransactionCheck);
            Assert.That(end.CommitOrRollback, Is.EqualTo(8));
            Assert.That(end.TranStateTableOffset, Is.EqualTo(11));
            Assert.That(end.CommitLogOffset, Is.EqualTo(22));
            Assert.That(end.MsgId, Is.EqualTo("id"));
        });
    }

    [Test]
    public async Task A_checker_that_throws_answers_that_it_does_not_know()
    {
        await using var producer = Producer((_, _) => throw new InvalidOperationException("db is down"));
        await ConnectAsync();
        _cluster["a"].Put("T", 0, "x"u8, "PGROUP\u0001P\u0002"u8);

        Ask();

        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.EndTransaction).Any(), "the answer");
        Assert.That(_cluster["a"].Received(RequestCode.EndTransaction).Single().ReadHeader<EndTransactionRequestHeader>().CommitOrRollback, Is.Zero);
    }

    [Test]
    public async Task A_message_of_a_transaction_can_not_be_delayed()
    {
        await using var producer = Producer();

        Assert.That(() => producer.SendAsync(_message with { DelayLevel = 1 }, (_, _) => new(TransactionState.Commit)), Throws.ArgumentException);
    }

    private TransactionProducer Producer(TransactionChecker? checker = null) =>
        _client.CreateTransactionProducer(new ProducerOptions { Group = "P" }, checker ?? ((_, _) => new(TransactionState.Unknown)));

    /// <summary>Has the client make its connection to the broker.</summary>
    private Task<long> ConnectAsync() => _client.CreatePullConsumer("any").GetMaxOffsetAsync(new("T", "a", 0));

    private void Ask() => _cluster["a"].Notify(() => RemotingCommand.Request(
        RequestCode.CheckTransactionState,
        new CheckTransactionStateRequestHeader { TranStateTableOffset = 11, CommitLogOffset = 22, MsgId = "m", TransactionId = "t" },
        _cluster["a"].Record("T", 0, 0)));
}
