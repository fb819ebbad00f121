using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>Transactions, timers, dead letters, requests, traces and the forms of a send.</summary>
public class MessageKindsTests : EndToEndTest
{
    [Test]
    public async Task Consumers_see_what_a_transaction_commits_and_nothing_else()
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Deals", "Deals-G"), Collect(received));
        await using var producer = Client.CreateTransactionProducer(new ProducerOptions { Group = "Deals-P" }, (_, _) => new(TransactionState.Unknown));

        foreach (var state in new[] { TransactionState.Commit, TransactionState.Rollback, TransactionState.Commit, TransactionState.Unknown })
        {
            var receipt = await producer.SendAsync(Text("Deals", $"{state}"), (_, _) => new(state));
            Assert.That(receipt.State, Is.EqualTo(state));
        }

        await AllAsync(received, 2);
        await Task.Delay(500);
        Assert.That(received, Is.EqualTo(new[] { "Commit", "Commit" }));
    }

    [TestCase(TransactionState.Commit, "Asked-C", 1)]
    [TestCase(TransactionState.Rollback, "Asked-R", 0)]
    public async Task A_broker_that_was_not_told_asks_until_it_is(TransactionState outcome, string topic, int expected)
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await Client.StartPushConsumerAsync(Push(topic, topic + "-G"), Collect(received));
        var asked = new ConcurrentQueue<string>();
        await using var producer = Client.CreateTransactionProducer(new ProducerOptions { Group = topic + "-P" }, (half, _) =>
        {
            asked.Enqueue($"{half.MessageId} {half.Topic} {Body(half)}");
            return new(asked.Count < 2 ? TransactionState.Unknown : outcome);
        });

        var receipt = await producer.SendAsync(Text(topic, "x"), (_, _) => new(TransactionState.Unknown));

        await Eventually.TrueAsync(() => asked.Count == 2, "two questions");
        await AllAsync(received, expected);
        await Task.Delay(1000);
        Assert.That(asked, Is.EqualTo(Enumerable.Repeat($"{receipt.Half.MessageId} {topic} x", 2)));
        Assert.That(received, Has.Count.EqualTo(expected));
    }

    [Test]
    public async Task A_local_transaction_that_throws_is_decided_by_the_checker()
    {
        var received = new ConcurrentQueue<string>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Broken", "Broken-G"), Collect(received));
        await using var producer = Client.CreateTransactionProducer(new ProducerOptions { Group = "Broken-P" }, (_, _) => new(TransactionState.Commit));

        Assert.That(
            () => producer.SendAsync(Text("Broken", "x"), (_, _) => throw new InvalidOperationException("no database")), Throws.InvalidOperationException);

        await AllAsync(received, 1);
    }

    [Test]
    public async Task Timed_messages_come_at_their_time_unless_they_are_taken_back()
    {
        var received = new ConcurrentQueue<(string Body, DateTimeOffset Stored)>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Timed", "Timed-G"), (m, _) =>
        {
            received.Enqueue((Body(m), m.StoreTime));
            return new(ConsumeResult.Success);
        });
        var start = DateTimeOffset.UtcNow;

        await Producer.SendAsync(Text("Timed", "for") with { DelayFor = TimeSpan.FromMilliseconds(1200) });
        await Producer.SendAsync(Text("Timed", "at") with { DeliverAt = start + TimeSpan.FromMilliseconds(1500) });
        var regretted = await Producer.SendAsync(Text("Timed", "regretted") with { DelayFor = TimeSpan.FromSeconds(3) });
        var recalled = await Producer.RecallAsync("Timed", regretted.RecallHandle!);

        Assert.That(recalled, Is.EqualTo(regretted.MessageId));
        await Eventually.TrueAsync(() => received.Count == 2, "both");
        Assert.That(received.Single(m => m.Body == "for").Stored, Is.GreaterThanOrEqualTo(start + TimeSpan.FromMilliseconds(1200)));
        Assert.That(received.Single(m => m.Body == "at").Stored, Is.GreaterThanOrEqualTo(start + TimeSpan.FromMilliseconds(1499)));
        await Task.Delay(start + TimeSpan.FromSeconds(5) - DateTimeOffset.UtcNow);
        Assert.That(received, Has.Count.EqualTo(2));
        Assert.That(() => Producer.RecallAsync("Timed", regretted.RecallHandle!), Throws.InstanceOf<BrokerException>(), "its time is over");
    }

    [Test]
    public async Task What_fails_too_often_goes_to_the_dead_letters_with_where_it_came_from()
    {
        var attempts = new ConcurrentQueue<int>();
        await using var consumer = await Client.StartPushConsumerAsync(Push("Poison", "Poison-G") with { MaxReconsumeTimes = 1 }, (m, _) =>
        {
            attempts.Enqueue(m.DeliveryAttempt);
            return new(Body(m) == "at once" ? ConsumeResult.DeadLetter : ConsumeResult.LaterAt(1));
        });
        var receipt = await Producer.SendAsync(Text("Poison", "twice") with { Tag = "T", Keys = ["k"] });
        await Producer.SendAsync(Text("Poison", "at once"));

        var dead = await ReadAsync("%DLQ%Poison-G", 2);

        Assert.That(dead.Select(Body), Is.EquivalentTo(new[] { "twice", "at once" }));
        Assert.That(attempts.Order(), Is.EqualTo(new[] { 0, 0, 1 }));
        var twice = dead.Single(m => Body(m) == "twice");
        Assert.Multiple(() =>
        {
            Assert.That(twice.MessageId, Is.EqualTo(receipt.MessageId));
            Assert.That((twice.Tag, twice.Keys.Single()), Is.EqualTo(("T", "k")));
            Assert.That(twice.Topic, Is.EqualTo("Poison"), "where it was sent to");
            Assert.That(twice.Properties["ORIGIN_MESSAGE_ID"], Is.EqualTo(receipt.MessageId).Or.EqualTo(receipt.OffsetMessageId));
        });
    }

    [Test]
    public async Task A_large_body_is_small_in_the_store()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"line {i}\n")));

        var receipt = await Producer.SendAsync(new Message("Large", body));

        var stored = await Client.Admin.Messages.GetAsync(receipt.OffsetMessageId);
        Assert.That(stored.StoreSize, Is.LessThan(body.Length / 2));
        Assert.That((await ReadAsync("Large", 1)).Single().Body.ToArray(), Is.EqualTo(body));
    }

    [Test]
    public async Task One_way_messages_arrive()
    {
        await Producer.SendOnewayAsync(Text("Oneway", "first"));
        for (var i = 0; i < 9; i++)
        {
            await Producer.SendOnewayAsync(Text("Oneway", $"{i}"));
        }

        Assert.That(await ReadAsync("Oneway", 10), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task A_request_is_answered_by_whoever_consumes_it_in_another_process()
    {
        await Producer.SendAsync(Text("Questions", "makes the topic"));
        await using var other = Cluster.Client();
        await using var answerer = other.CreateProducer(new ProducerOptions { Group = "Answers-P" });
        await using var consumer = await other.StartPushConsumerAsync(Push("Questions", "Questions-G", FilterExpression.Tags("ask")), async (m, token) =>
        {
            await answerer.ReplyAsync(m, Encoding.UTF8.GetBytes($"{Body(m)}? yes"), token);
            return ConsumeResult.Success;
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(
            i => Producer.RequestAsync(Text("Questions", $"{i}") with { Tag = "ask" }, TimeSpan.FromSeconds(15))));

        Assert.That(answers.Select(Body), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"{i}? yes")));
    }

    [Test]
    public void A_request_that_nobody_answers_says_so_in_time() =>
        Assert.That(
            () => Producer.RequestAsync(Text("Unheard", "anybody?"), TimeSpan.FromMilliseconds(700)),
            Throws.InstanceOf<TimeoutException>().With.Message.Contains("Unheard"));

    [Test]
    public async Task Sends_transactions_and_consumptions_leave_records_in_the_trace_topic()
    {
        string sent, half;
        await using (var traced = Cluster.Client())
        {
            await using var producer = traced.CreateProducer(new ProducerOptions { Group = "Traced-P", Trace = true });
            await using var transactions = traced.CreateTransactionProducer(
                new ProducerOptions { Group = "Traced-TP", Trace = true }, (_, _) => new(TransactionState.Commit));
            var received = new ConcurrentQueue<string>();
            await using var consumer = await traced.StartPushConsumerAsync(Push("Traced", "Traced-G") with { Trace = true }, Collect(received));
            sent = (await producer.SendAsync(Text("Traced", "x") with { Keys = ["order-7"] })).MessageId;
            half = (await transactions.SendAsync(Text("Traced", "y"), (_, _) => new(TransactionState.Commit))).Half.MessageId;
            await AllAsync(received, 2);
        }

        var records = (await ReadAsync("RMQ_SYS_TRACE_TOPIC", 1))
            .SelectMany(m => Body(m).Split('\u0002', StringSplitOptions.RemoveEmptyEntries))
            .Select(r => r.Split('\u0001'))
            .Where(r => r.Contains(sent) || r.Contains(half))
            .ToList();
        Assert.That(
            records.Select(r => (r[0], r.Contains(sent))),
            Is.SupersetOf(new[] { ("Pub", true), ("SubBefore", true), ("SubAfter", true), ("EndTransaction", false), ("SubBefore", false), ("SubAfter", false) }));
        Assert.That(await Client.Admin.Messages.FindByKeyAsync("RMQ_SYS_TRACE_TOPIC", "order-7", DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1)), Is.Not.Empty, "found by the key of the message");
    }

    [Test]
    public async Task Delay_levels_and_properties_survive_the_way_through_the_brokers_own_topics()
    {
        await Producer.SendAsync(Text("Carried", "x") with { DelayLevel = 1, Tag = "T", Keys = ["a", "b"], Flag = 7, Properties = new Dictionary<string, string> { ["own"] = "1" } });

        var message = (await ReadAsync("Carried", 1)).Single();

        Assert.Multiple(() =>
        {
            Assert.That((message.Tag, message.Flag, message.Properties["own"]), Is.EqualTo(("T", 7, "1")));
            Assert.That(message.Keys, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(message.BodyCompression, Is.EqualTo(BodyCompression.None));
        });
    }
}
