using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Tests;

public class PushConsumerTests
{
    private readonly ConcurrentQueue<ReceivedMessage> _received = new();
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _received.Clear();
        _cluster = await FakeCluster.StartAsync("a", "b");
        _cluster.Route("T", queues: 2);
        _client = _cluster.Client();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task Messages_of_all_queues_arrive_once()
    {
        for (var i = 0; i < 100; i++)
        {
            _cluster.Brokers[i % 2].Put("T", i / 2 % 2, Encoding.UTF8.GetBytes($"{i}"));
        }

        await using var consumer = await StartAsync(Options());

        await Eventually.TrueAsync(() => _received.Count >= 100, "all messages");
        Assert.That(Bodies().Order(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}").Order()));
    }

    [Test]
    public async Task A_message_that_comes_later_is_delivered_without_delay()
    {
        await using var consumer = await StartAsync(Options());

        _cluster["b"].Put("T", 1, "late"u8);

        await Eventually.TrueAsync(() => _received.Count == 1, "the message, although the clock stands still");
        Assert.That(_received.Single().Queue, Is.EqualTo(new Protocol.Bodies.MessageQueue("T", "b", 1)));
    }

    [Test]
    public async Task Tags_are_compared_exactly_although_brokers_compare_hashes()
    {
        // "Aa" and "BB" have one Java hash.
        _cluster["a"].Put("T", 0, "1"u8, "TAGS\u0001Aa\u0002"u8);
        _cluster["a"].Put("T", 0, "2"u8, "TAGS\u0001BB\u0002"u8);
        _cluster["a"].Put("T", 0, "3"u8);
        _cluster["a"].Put("T", 0, "4"u8, "TAGS\u0001C\u0002"u8);

        await using var consumer = await StartAsync(Options() with { Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.Tags("Aa", "C") } });

        await Eventually.TrueAsync(() => _received.Count >= 2, "the matching messages");
        Assert.That(Bodies().Order(), Is.EqualTo(new[] { "1", "4" }));
        var subscription = _cluster["a"].Clients[_client.ClientId].ConsumerDataSet.Single().SubscriptionDataSet.Single(s => s.Topic == "T");
        Assert.That(subscription.SubString, Is.EqualTo("Aa || C"));
        Assert.That(subscription.CodeSet, Is.EquivalentTo(new[] { 2112, 67 }));
    }

    [Test]
    public async Task A_message_that_fails_is_sent_back_and_its_offset_goes_on()
    {
        _cluster["a"].Put("T", 0, "bad"u8, "UNIQ_KEY\u0001id\u0002"u8);

        await using var consumer = await StartAsync(Options(), (_, _) => new(ConsumeResult.LaterAt(4)));

        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Any(), "the message goes back");
        var back = _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Single().ReadHeader<ConsumerSendMsgBackRequestHeader>();
        Assert.Multiple(() =>
        {
            Assert.That(back.Group, Is.EqualTo("G"));
            Assert.That(back.DelayLevel, Is.EqualTo(4));
            Assert.That(back.OriginTopic, Is.EqualTo("T"));
            Assert.That(back.OriginMsgId, Is.EqualTo("id"));
            Assert.That(back.MaxReconsumeTimes, Is.EqualTo(16));
        });
        await consumer.DisposeAsync();
        Assert.That(_cluster["a"].Offsets[("G", "T", 0)], Is.EqualTo(1));
    }

    [Test]
    public async Task A_handler_that_throws_fails_its_message_only()
    {
        _cluster["a"].Put("T", 0, "bad"u8);
        _cluster["a"].Put("T", 0, "good"u8);

        await using var consumer = await StartAsync(Options(), (m, _) =>
        {
            _received.Enqueue(m);
            return m.Body.Span.SequenceEqual("bad"u8) ? throw new InvalidOperationException("no") : new(ConsumeResult.Success);
        });

        await Eventually.TrueAsync(() => _received.Count == 2 && _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Count() == 1, "both, one back");
    }

    [Test]
    public async Task A_handler_that_takes_too_long_is_cancelled_and_its_message_sent_back()
    {
        _cluster["a"].Put("T", 0, "slow"u8);
        var cancelled = new TaskCompletionSource();
        await using var consumer = await StartAsync(Options() with { ConsumeTimeout = TimeSpan.FromMinutes(1) }, async (m, ct) =>
        {
            _received.Enqueue(m);
            await using var _ = ct.Register(() => cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, ct);
            return ConsumeResult.Success;
        });
        await Eventually.TrueAsync(() => _received.Count == 1, "the handler runs");

        _cluster.Time.Advance(TimeSpan.FromMinutes(1));

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Any(), "the message goes back");
    }

    [Test]
    public async Task A_message_that_can_not_go_back_is_tried_again_here()
    {
        _cluster["a"].Put("T", 0, "bad"u8);
        _cluster["a"].Script(RequestCode.ConsumerSendMsgBack, ResponseCode.SystemError, "no");
        var attempts = new ConcurrentQueue<int>();
        await using var consumer = await StartAsync(Options(), (m, _) =>
        {
            attempts.Enqueue(m.DeliveryAttempt);
            return new(attempts.Count < 2 ? ConsumeResult.Later : ConsumeResult.Success);
        });
        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Any(), "the refusal");

        await Eventually.TrueAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return attempts.Count == 2;
            },
            "the second attempt");

        Assert.That(attempts, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task Messages_from_the_retry_topic_bear_their_own_topic()
    {
        _cluster.Route("%RETRY%G", queues: 1);
        _cluster["a"].Put("%RETRY%G", 0, "again"u8, "RETRY_TOPIC\u0001T\u0002"u8, reconsumeTimes: 3);

        await using var consumer = await StartAsync(Options());

        await Eventually.TrueAsync(() => _received.Count == 1, "the message");
        Assert.That(_received.Single().Topic, Is.EqualTo("T"));
        Assert.That(_received.Single().DeliveryAttempt, Is.EqualTo(3));
    }

    [Test]
    public async Task Offsets_are_stored_every_five_seconds_and_never_past_a_message_still_handled()
    {
        var release = new TaskCompletionSource();
        for (var i = 0; i < 5; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }

        await using var consumer = await StartAsync(Options(), async (m, _) =>
        {
            _received.Enqueue(m);
            if (m.QueueOffset == 2)
            {
                await release.Task;
            }

            return ConsumeResult.Success;
        });
        await Eventually.TrueAsync(() => _received.Count == 5, "all handlers begin");

        await AdvanceUntilAsync(() => _cluster["a"].Offsets.GetValueOrDefault(("G", "T", 0)) == 2, "the offset of the message still handled");
        release.SetResult();
        await AdvanceUntilAsync(() => _cluster["a"].Offsets[("G", "T", 0)] == 5, "the end");
    }

    [Test]
    public async Task Stopping_waits_for_handlers_and_stores_offsets()
    {
        var release = new TaskCompletionSource();
        _cluster["a"].Put("T", 0, "x"u8);
        var consumer = await StartAsync(Options(), async (m, _) =>
        {
            _received.Enqueue(m);
            await release.Task;
            return ConsumeResult.Success;
        });
        await Eventually.TrueAsync(() => _received.Count == 1, "the handler runs");

        var stopping = consumer.DisposeAsync().AsTask();
        await Task.Delay(50);
        Assert.That(stopping.IsCompleted, Is.False);
        release.SetResult();
        await stopping;

        Assert.That(_cluster["a"].Offsets[("G", "T", 0)], Is.EqualTo(1));
        Assert.That(_cluster["a"].Clients, Does.Not.ContainKey(_client.ClientId));
    }

    [Test]
    public async Task A_queue_is_not_pulled_further_while_too_many_messages_wait()
    {
        for (var i = 0; i < 100; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }

        var gate = new SemaphoreSlim(0);
        await using var consumer = await StartAsync(Options() with { MaxConcurrency = 1, PullBatchSize = 10, MaxMessagesPerQueue = 20 }, async (m, ct) =>
        {
            await gate.WaitAsync(ct);
            _received.Enqueue(m);
            return ConsumeResult.Success;
        });
        await Eventually.TrueAsync(() => Pulls("a", 0) == 2, "two batches");
        await Task.Delay(100);
        Assert.That(Pulls("a", 0), Is.EqualTo(2));

        gate.Release(100);

        await Eventually.TrueAsync(() => _received.Count == 100, "the rest");
    }

    [Test]
    public async Task Members_of_a_group_share_the_queues_in_ordinal_order()
    {
        foreach (var broker in _cluster.Brokers)
        {
            broker.OtherMembers.Add("0-before");
            broker.OtherMembers.Add("Z-behind");
        }

        await using var client = _cluster.Client(o => o with { InstanceName = "me" });
        await using var consumer = await client.StartPushConsumerAsync(Options(), (_, _) => new(ConsumeResult.Success));

        // 4 queues over 3 members: 2, 1, 1. This one is the middle member.
        Assert.That(consumer.Queues, Is.EqualTo(new[] { new Protocol.Bodies.MessageQueue("T", "b", 0) }));
    }

    [Test]
    public async Task Queues_are_shared_out_anew_at_once_when_members_come_or_go()
    {
        await using var consumer = await StartAsync(Options());
        Assert.That(consumer.Queues, Has.Count.EqualTo(4));
        foreach (var broker in _cluster.Brokers)
        {
            broker.OtherMembers.Add("zzz");
        }

        _cluster["a"].Notify(() => RemotingCommand.Request(
            RequestCode.NotifyConsumerIdsChanged, new NotifyConsumerIdsChangedRequestHeader { ConsumerGroup = "G" }));

        await Eventually.TrueAsync(() => consumer.Queues.Count == 2, "half of the queues");
        Assert.That(consumer.Queues.Select(q => q.BrokerName), Is.All.EqualTo("a"));
    }

    [Test]
    public async Task Queues_are_shared_out_anew_every_20_seconds()
    {
        await using var consumer = await StartAsync(Options());
        foreach (var broker in _cluster.Brokers)
        {
            broker.OtherMembers.Add("zzz");
        }

        _cluster.Time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => consumer.Queues.Count == 2, "half of the queues");
    }

    [Test]
    public async Task A_queue_that_goes_to_another_member_leaves_its_offset_behind()
    {
        _cluster["b"].Put("T", 1, "x"u8);
        await using var consumer = await StartAsync(Options());
        await Eventually.TrueAsync(() => _received.Count == 1, "the message");
        foreach (var broker in _cluster.Brokers)
        {
            broker.OtherMembers.Add("zzz");
        }

        _cluster.Time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => _cluster["b"].Offsets.GetValueOrDefault(("G", "T", 1)) == 1, "the offset");
    }

    [Test]
    public async Task While_no_broker_tells_the_members_the_share_stays()
    {
        await using var consumer = await StartAsync(Options());
        foreach (var broker in _cluster.Brokers)
        {
            broker.Script(RequestCode.GetConsumerListByGroup, ResponseCode.SystemError, "no");
        }

        var before = _cluster.Brokers.Sum(b => b.Received(RequestCode.GetConsumerListByGroup).Count());
        _cluster.Time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => _cluster.Brokers.Sum(b => b.Received(RequestCode.GetConsumerListByGroup).Count()) >= before + 2, "the question");

        Assert.That(consumer.Queues, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_group_goes_on_where_its_offset_says()
    {
        Fill("a", 0, 10);
        _cluster["a"].Offsets[("G", "T", 0)] = 7;

        await using var consumer = await StartAsync(Options() with { ConsumeFrom = ConsumeFrom.FirstOffset });

        await Eventually.TrueAsync(() => _received.Count >= 3, "the rest");
        Assert.That(Bodies().Order(), Is.EqualTo(new[] { "7", "8", "9" }));
    }

    [Test]
    public async Task A_new_group_begins_at_the_end_by_default()
    {
        Fill("a", 0, 10);

        await using var consumer = await StartAsync(Options() with { ConsumeFrom = ConsumeFrom.LastOffset });
        await Eventually.TrueAsync(() => Pulls("a", 0) == 1, "the first pull");
        _cluster["a"].Put("T", 0, "new"u8);

        await Eventually.TrueAsync(() => _received.Count == 1, "the new message");
        Assert.That(Bodies(), Is.EqualTo(new[] { "new" }));
    }

    [Test]
    public async Task An_offset_that_the_queue_does_not_have_is_corrected()
    {
        Fill("a", 0, 10);
        _cluster["a"].Offsets[("G", "T", 0)] = 99;

        await using var consumer = await StartAsync(Options());
        await Eventually.TrueAsync(() => Pulls("a", 0) == 2, "the pull at the corrected offset");
        _cluster["a"].Put("T", 0, "new"u8);

        await Eventually.TrueAsync(() => _received.Count == 1, "the new message");
    }

    [Test]
    public async Task A_broker_that_comes_back_is_pulled_again()
    {
        await using var consumer = await StartAsync(Options());
        await Eventually.TrueAsync(() => Pulls("a", 0) == 1, "the pull");
        await _cluster["a"].StopAsync();
        await _cluster["a"].StartAsync();
        _cluster["a"].Put("T", 0, "after"u8);

        await AdvanceUntilAsync(() => !_received.IsEmpty, "the message");
    }

    [Test]
    public async Task A_broker_that_does_not_know_the_subscription_gets_a_heartbeat()
    {
        await using var consumer = await StartAsync(Options());
        var before = _cluster["a"].Received(RequestCode.HeartBeat).Count();
        await Eventually.TrueAsync(() => Pulls("a", 0) == 1, "the pull");

        _cluster["a"].Script(RequestCode.PullMessage, ResponseCode.SubscriptionNotExist, "the consumer's subscription not exist");
        _cluster["a"].Put("T", 0, "x"u8);

        await AdvanceUntilAsync(() => _cluster["a"].Received(RequestCode.HeartBeat).Count() > before, "the heartbeat");
    }

    [Test]
    public async Task A_topic_that_appears_later_is_consumed()
    {
        await using var consumer = await StartAsync(Options() with { Subscriptions = new Dictionary<string, FilterExpression> { ["Later"] = FilterExpression.All } });
        Assert.That(consumer.Queues, Is.Empty);

        _cluster.Route("Later", queues: 1);
        _cluster["a"].Put("Later", 0, "x"u8);

        await AdvanceUntilAsync(() => consumer.Queues.Count == 2, "the queues");
    }

    [Test]
    public async Task A_topic_unsubscribed_from_is_no_longer_read()
    {
        await using var consumer = await StartAsync(Options());

        consumer.Unsubscribe("T");

        await Eventually.TrueAsync(() => consumer.Queues.Count == 0, "no queue left");
    }

    [Test]
    public void A_consumer_without_subscriptions_is_refused() =>
        Assert.That(
            () => StartAsync(Options() with { Subscriptions = new Dictionary<string, FilterExpression>() }),
            Throws.ArgumentException.With.Message.Contains("at least one topic"));

    private static PushConsumerOptions Options() => new()
    {
        Group = "G",
        Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
        ConsumeFrom = ConsumeFrom.FirstOffset,
    };

    private Task<PushConsumer> StartAsync(PushConsumerOptions options, MessageHandler? handler = null) =>
        _client.StartPushConsumerAsync(options, handler ?? Receive);

    private ValueTask<ConsumeResult> Receive(ReceivedMessage message, CancellationToken cancellationToken)
    {
        _received.Enqueue(message);
        return new(ConsumeResult.Success);
    }

    private IEnumerable<string> Bodies() => _received.Select(m => Encoding.UTF8.GetString(m.Body.Span));

    private void Fill(string broker, int queueId, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _cluster[broker].Put("T", queueId, Encoding.UTF8.GetBytes($"{i}"));
        }
    }

    private int Pulls(string broker, int queueId) =>
        _cluster[broker].Received(RequestCode.PullMessage).Select(r => r.ReadHeader<PullMessageRequestHeader>()).Count(h => h.Topic == "T" && h.QueueId == queueId);

    private Task AdvanceUntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return condition();
            },
            what);
}
