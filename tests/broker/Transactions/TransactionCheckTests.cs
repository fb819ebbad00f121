using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Transactions;

public class TransactionCheckTests
{
    private const int Rollback = 12;
    private const string HalfTopic = "RMQ_SYS_TRANS_HALF_TOPIC";

    [Test]
    public async Task A_producer_is_asked_about_a_message_it_left_open()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.SendHalfAsync("Orders", "paid");

        var (check, half) = await broker.NextCheckAsync();

        Assert.Multiple(() =>
        {
            Assert.That(check.Topic, Is.EqualTo(HalfTopic));
            Assert.That(check.TranStateTableOffset, Is.EqualTo(1));
            Assert.That(check.MsgId, Is.EqualTo("id-paid"));
            Assert.That(check.TransactionId, Is.EqualTo("id-paid"));
            Assert.That(check.BrokerName, Is.EqualTo("broker-a"));
            Assert.That(half.Topic, Is.EqualTo("Orders"));
            Assert.That(half.QueueId, Is.EqualTo(1));
            Assert.That(half.QueueOffset, Is.EqualTo(check.TranStateTableOffset));
            Assert.That(half.PhysicalOffset, Is.EqualTo(check.CommitLogOffset));
            Assert.That(half.OffsetMessageId, Is.EqualTo(check.OffsetMsgId));
            Assert.That(half.Properties["TRANSACTION_CHECK_TIMES"], Is.EqualTo("1"));
            Assert.That(Encoding.UTF8.GetString(half.Body), Is.EqualTo("paid"));
        });
    }

    [Test]
    public async Task The_answer_to_a_check_commits_and_no_further_check_comes()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.SendHalfAsync("Orders", "paid");
        var asked = await broker.NextCheckAsync();

        Assert.That((await broker.AnswerAsync(asked.Header)).Code, Is.EqualTo(ResponseCode.Success));
        await LetRoundsPassAsync(broker, 3);

        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
        Assert.That(broker.Checks, Is.Empty);
    }

    [Test]
    public async Task A_commit_that_crosses_its_check_delivers_once()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "paid");
        var asked = await broker.NextCheckAsync();

        Assert.That((await broker.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That((await broker.AnswerAsync(asked.Header)).Code, Is.EqualTo(ResponseCode.Success));
        await LetRoundsPassAsync(broker, 2);

        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
        Assert.That(broker.Checks, Is.Empty);
    }

    [Test]
    public async Task A_young_message_is_left_to_its_producer()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionCheckInterval = 1000, TransactionTimeOut = 20_000 });
        await broker.SendHalfAsync("Orders", "paid");
        var bornAt = broker.Clock.GetUtcNow();

        await broker.NextCheckAsync();

        Assert.That(broker.Clock.GetUtcNow() - bornAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task A_message_with_an_immunity_of_its_own_is_asked_about_after_it_and_holds_nobody_up()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionCheckInterval = 1000 });
        var bornAt = broker.Clock.GetUtcNow();
        await broker.SendHalfAsync("Orders", "slow", new KeyValuePair<string, string>("CHECK_IMMUNITY_TIME_IN_SECONDS", "40"));
        await broker.SendHalfAsync("Orders", "usual");

        var first = await broker.NextCheckAsync();
        await broker.AnswerAsync(first.Header);
        var second = await broker.NextCheckAsync();

        Assert.Multiple(() =>
        {
            Assert.That(first.Header.MsgId, Is.EqualTo("id-usual"));
            Assert.That(second.Header.MsgId, Is.EqualTo("id-slow"));
            Assert.That(broker.Clock.GetUtcNow() - bornAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(40)));
            Assert.That(second.Half.Properties["TRAN_PREPARED_QUEUE_OFFSET"], Is.EqualTo("0"));
        });
    }

    [Test]
    public async Task A_commit_within_its_immunity_counts_after_the_message_was_put_back()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionCheckInterval = 1000 });
        var half = await broker.SendHalfAsync("Orders", "slow", new KeyValuePair<string, string>("CHECK_IMMUNITY_TIME_IN_SECONDS", "60"));
        await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromSeconds(1), async () => (await broker.PullAsync(HalfTopic, 0)).ElementAtOrDefault(2), "two put-backs");

        Assert.That((await broker.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
        await LetRoundsPassAsync(broker, 80);

        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
        Assert.That(broker.Checks, Is.Empty);
    }

    [Test]
    public async Task A_word_after_the_messages_own_immunity_is_refused_until_it_is_asked_for()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "late", new KeyValuePair<string, string>("CHECK_IMMUNITY_TIME_IN_SECONDS", "5"));
        broker.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.That((await broker.EndAsync(half)).Code, Is.EqualTo(ResponseCode.IllegalOperation));
        var asked = await broker.NextCheckAsync();
        Assert.That((await broker.AnswerAsync(asked.Header)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await broker.PullAsync("Orders"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_message_nobody_decides_on_is_given_up_after_the_last_check()
    {
        await using var broker = await TransactionBroker.StartAsync(o => o with { TransactionCheckMax = 3 });
        await broker.SendHalfAsync("Orders", "orphan");

        for (var i = 0; i < 3; i++)
        {
            Assert.That((await broker.NextCheckAsync()).Half.Properties["TRANSACTION_CHECK_TIMES"], Is.EqualTo($"{i + 1}"));
        }

        var discarded = await Eventually.GetAsync(
            broker.Clock, TimeSpan.FromSeconds(5), async () => (await broker.PullAsync("TRANS_CHECK_MAX_TIME_TOPIC", 0)).SingleOrDefault(), "the discarded message");
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(discarded.Body), Is.EqualTo("orphan"));
            Assert.That(discarded.Properties["TRANSACTION_CHECK_TIMES"], Is.EqualTo("3"));
            Assert.That(discarded.Properties["REAL_TOPIC"], Is.EqualTo("Orders"));
            Assert.That(broker.Checks, Is.Empty);
        });
        Assert.That(await broker.PullAsync("Orders"), Is.Empty);
    }

    [Test]
    public async Task After_a_restart_only_open_transactions_are_asked_about()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "committed"));
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "rolled-back"), Rollback);
        await broker.SendHalfAsync("Orders", "open");

        await broker.RestartAsync();
        var asked = await broker.NextCheckAsync();
        await broker.AnswerAsync(asked.Header);
        await LetRoundsPassAsync(broker, 2);

        Assert.That(asked.Header.MsgId, Is.EqualTo("id-open"));
        Assert.That(broker.Checks, Is.Empty);
        Assert.That((await broker.PullAsync("Orders")).Select(m => m.UniqueKey), Is.EqualTo(new[] { "id-committed", "id-open" }));
    }

    [Test]
    public async Task A_crash_between_a_commit_and_its_operation_record_commits_nothing_twice()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "committed"));
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "rolled-back"), Rollback);
        await broker.EndAsync(await broker.SendHalfAsync("Orders", "committed-2"));
        await broker.SendHalfAsync("Orders", "open");
        var left = KilledStore.CopyOf(broker.Broker.Directory);

        await using var next = await TransactionBroker.StartAsync(clock: broker.Clock, directory: left);
        var asked = await next.NextCheckAsync();
        await next.AnswerAsync(asked.Header);
        await LetRoundsPassAsync(next, 2);

        Assert.That(asked.Header.MsgId, Is.EqualTo("id-open"));
        Assert.That(next.Checks, Is.Empty);
        Assert.That((await next.PullAsync("Orders")).Select(m => m.UniqueKey), Is.EqualTo(new[] { "id-committed", "id-committed-2", "id-open" }));
        await next.DisposeAsync();
        Directory.Delete(left, recursive: true);
    }

    [Test]
    public async Task Checks_carry_on_where_they_stood()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.SendHalfAsync("Orders", "open");
        await broker.NextCheckAsync();

        await broker.RestartAsync();
        var asked = await broker.NextCheckAsync();

        Assert.That(asked.Half.Properties["TRANSACTION_CHECK_TIMES"], Is.EqualTo("2"));
        Assert.That(await broker.PullAsync(HalfTopic, 0), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Where_a_crash_has_lost_how_far_the_checks_were_nobody_is_asked_twice_or_commits_twice()
    {
        await using var broker = await TransactionBroker.StartAsync();
        await broker.SendHalfAsync("Orders", "open");
        await broker.SendHalfAsync("Orders", "late");
        var first = await broker.NextCheckAsync();
        var second = await broker.NextCheckAsync();
        await LetRoundsPassAsync(broker, 1);
        var left = KilledStore.CopyOf(broker.Broker.Directory);
        File.Delete(Path.Combine(left, "config", "consumerOffset.json"));
        File.Delete(Path.Combine(left, "config", "consumerOffset.json.bak"));
        Directory.Delete(Path.Combine(left, "config", "changes"), recursive: true);

        await using var next = await TransactionBroker.StartAsync(clock: broker.Clock, directory: left);
        await next.AnswerAsync(second.Header);
        var asked = await next.NextCheckAsync();
        await LetRoundsPassAsync(next, 1);
        await next.AnswerAsync(first.Header);
        await next.AnswerAsync(asked.Header);
        await LetRoundsPassAsync(next, 2);

        Assert.That(next.Checks.Select(c => c.Header.MsgId), Is.EqualTo(new[] { "id-open" }), "once in each of two rounds");
        Assert.That((await next.PullAsync("Orders")).Select(m => m.UniqueKey), Is.EqualTo(new[] { "id-late", "id-open" }));
        await next.DisposeAsync();
        Directory.Delete(left, recursive: true);
    }

    [Test]
    public async Task A_commit_of_what_a_check_has_put_back_meanwhile_is_known_after_a_crash_before_its_operation_record()
    {
        await using var broker = await TransactionBroker.StartAsync();
        var half = await broker.SendHalfAsync("Orders", "slow");
        await broker.NextCheckAsync();
        await LetRoundsPassAsync(broker, 1);
        Assert.That((await broker.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
        var left = KilledStore.CopyOf(broker.Broker.Directory);

        await using var next = await TransactionBroker.StartAsync(clock: broker.Clock, directory: left);
        await LetRoundsPassAsync(next, 2);
        var cursor = (await next.Broker.CallAsync(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = "CID_RMQ_SYS_TRANS", Topic = HalfTopic, SetZeroIfNotFound = false })).ReadHeader<QueryConsumerOffsetResponseHeader>();

        Assert.That(next.Checks.Select(c => c.Header.MsgId), Is.Empty);
        Assert.That((await next.PullAsync("Orders")).Select(m => m.UniqueKey), Is.EqualTo(new[] { "id-slow" }));
        Assert.That(cursor.Offset, Is.GreaterThan(half.QueueOffset), "or the crash came too early to tell anything");
        await next.DisposeAsync();
        Directory.Delete(left, recursive: true);
    }

    [Test]
    public async Task A_message_that_says_it_is_the_commit_of_another_ends_nothing_at_a_crash([Values] bool isFirst, [Values] bool isPutBack)
    {
        await using var broker = await TransactionBroker.StartAsync();
        if (!isFirst)
        {
            await broker.Broker.SendAsync("Mine", [1]);
        }

        await broker.SendHalfAsync("Orders", "open");
        var asked = await broker.NextCheckAsync();
        await LetRoundsPassAsync(broker, isPutBack ? 1 : 0);
        var forged = TestBroker.SendHeader("Mine", 0, [new("UNIQ_KEY", "id-open"), new("REAL_TOPIC", "Orders"), new("REAL_QID", "1")], sysFlag: 8);
        forged.BornTimestamp = asked.Half.BornTimestamp;
        Assert.That((await broker.Broker.CallAsync(RequestCode.SendMessageV2, forged, "open"u8.ToArray())).Code, Is.EqualTo(ResponseCode.Success));
        var left = KilledStore.CopyOf(broker.Broker.Directory);

        await using var next = await TransactionBroker.StartAsync(clock: broker.Clock, directory: left);
        var again = await next.NextCheckAsync();

        Assert.That(again.Header.MsgId, Is.EqualTo("id-open"));
        await next.DisposeAsync();
        Directory.Delete(left, recursive: true);
    }

    private static async Task LetRoundsPassAsync(TransactionBroker broker, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await broker.Broker.HeartbeatAsync("producer-1", "tx");
            broker.Clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(20);
        }
    }
}
