using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Tests;

public class OrderedConsumerTests
{
    private static readonly MessageQueue Queue = new("T", "a", 0);

    private readonly ConcurrentQueue<string> _received = new();
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _received.Clear();
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

    [Test]
    public async Task Messages_of_a_queue_are_handled_one_after_another_in_their_order()
    {
        Fill(50);
        var running = 0;
        var overlaps = 0;
        await using var consumer = await StartAsync(Options(), async (m, ct) =>
        {
            overlaps += Interlocked.Increment(ref running) - 1;
            await Task.Yield();
            _received.Enqueue(Text(m));
            Interlocked.Decrement(ref running);
            return ConsumeResult.Success;
        });

        await Eventually.TrueAsync(() => _received.Count == 50, "all messages");
        Assert.That(_received, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        Assert.That(overlaps, Is.Zero);
    }

    [Test]
    public async Task A_message_that_fails_holds_up_those_behind_it_until_it_succeeds()
    {
        Fill(3);
        var failures = 2;
        await using var consumer = await StartAsync(Options(), (m, _) =>
        {
            _received.Enqueue(Text(m));
            return new(Text(m) == "1" && failures-- > 0 ? ConsumeResult.Later : ConsumeResult.Success);
        });

        await AdvanceUntilAsync(() => _received.Count == 5, "all attempts");
        Assert.That(_received, Is.EqualTo(new[] { "0", "1", "1", "1", "2" }));
        Assert.That(_cluster["a"].Received(RequestCode.ConsumerSendMsgBack), Is.Empty);
    }

    [Test]
    public async Task A_message_that_fails_too_often_goes_to_the_dead_letters_and_lets_the_others_pass()
    {
        Fill(2);
        await using var consumer = await StartAsync(Options() with { MaxReconsumeTimes = 1 }, (m, _) =>
        {
            _received.Enqueue(Text(m));
            return new(Text(m) == "0" ? ConsumeResult.Later : ConsumeResult.Success);
        });

        await AdvanceUntilAsync(() => _received.Contains("1"), "the message behind");
        Assert.That(_received, Is.EqualTo(new[] { "0", "0", "1" }));
        var back = _cluster["a"].Received(RequestCode.ConsumerSendMsgBack).Single().ReadHeader<ConsumerSendMsgBackRequestHeader>();
        Assert.That(back.DelayLevel, Is.EqualTo(-1));
    }

    [Test]
    public async Task A_queue_that_another_consumer_has_locked_is_not_read_until_it_is_free()
    {
        Fill(1);
        _cluster["a"].Locks[Queue] = "other";
        await using var consumer = await StartAsync(Options());
        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.LockBatchMq).Any(), "the attempt to lock");
        Assert.That(_cluster["a"].Received(RequestCode.PullMessage).Select(r => r.ReadHeader<PullMessageRequestHeader>().Topic), Does.Not.Contain("T"));

        _cluster["a"].Locks.Clear();

        await AdvanceUntilAsync(() => _received.Count == 1, "the message");
        Assert.That(_cluster["a"].Locks[Queue], Is.EqualTo(_client.ClientId));
    }

    [Test]
    public async Task Locks_are_renewed_every_20_seconds()
    {
        await using var consumer = await StartAsync(Options());
        await LockedAsync();
        var before = _cluster["a"].Received(RequestCode.LockBatchMq).Count();

        _cluster.Time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.LockBatchMq).Count() == before + 1, "the renewal");
    }

    [Test]
    public async Task Nothing_is_handled_while_the_lock_is_lost()
    {
        await using var consumer = await StartAsync(Options());
        await LockedAsync();
        _cluster["a"].Locks[Queue] = "other";
        var before = _cluster["a"].Received(RequestCode.LockBatchMq).Count();
        _cluster.Time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => _cluster["a"].Received(RequestCode.LockBatchMq).Count() > before, "the failed renewal");

        Fill(1);
        await Task.Delay(100);
        Assert.That(_received, Is.Empty);

        _cluster["a"].Locks.Clear();
        await AdvanceUntilAsync(() => _received.Count == 1, "the message, once the lock is back");
    }

    [Test]
    public async Task A_queue_is_unlocked_only_after_its_running_handler_is_done()
    {
        Fill(1);
        var release = new TaskCompletionSource();
        await using var consumer = await StartAsync(Options(), async (m, _) =>
        {
            _received.Enqueue(Text(m));
            await release.Task;
            return ConsumeResult.Success;
        });
        await Eventually.TrueAsync(() => _received.Count == 1, "the handler runs");

        consumer.Unsubscribe("T");
        await Eventually.TrueAsync(() => consumer.Queues.Count == 0, "the queue is taken away");
        await Task.Delay(50);
        Assert.That(_cluster["a"].Locks, Contains.Key(Queue));
        release.SetResult();

        await Eventually.TrueAsync(() => !_cluster["a"].Locks.ContainsKey(Queue), "the lock is given back");
        await Eventually.TrueAsync(() => _cluster["a"].Offsets.GetValueOrDefault(("G", "T", 0)) == 1, "the offset is stored");
    }

    [Test]
    public async Task Stopping_gives_the_locks_back()
    {
        var consumer = await StartAsync(Options());
        await LockedAsync();

        await consumer.DisposeAsync();

        Assert.That(_cluster["a"].Locks, Is.Empty);
    }

    private static string Text(ReceivedMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    private static PushConsumerOptions Options() => new()
    {
        Group = "G",
        Ordered = true,
        Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
        ConsumeFrom = ConsumeFrom.FirstOffset,
    };

    private Task<PushConsumer> StartAsync(PushConsumerOptions options, MessageHandler? handler = null) =>
        _client.StartPushConsumerAsync(options, handler ?? ((m, _) =>
        {
            _received.Enqueue(Text(m));
            return new(ConsumeResult.Success);
        }));

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }
    }

    /// <summary>The consumer knows that it has the lock: it asks for messages.</summary>
    private Task LockedAsync() => Eventually.TrueAsync(
        () => _cluster["a"].Received(RequestCode.PullMessage).Any(r => r.ReadHeader<PullMessageRequestHeader>().Topic == "T"), "the lock, and a pull");

    private Task AdvanceUntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return condition();
            },
            what);
}
