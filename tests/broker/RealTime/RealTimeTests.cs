using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.RealTime;

/// <summary>
/// Each kind of message that waits for a time, once on the system's clock and with short times: that it comes, and not before. All else
/// about time is tested on a virtual clock. They run side by side.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public class RealTimeTests
{
    private const int PatienceMs = 15_000;

    [Test]
    public async Task A_delayed_message_comes_after_its_delay()
    {
        await using var broker = await TestBroker.StartAsync();
        var started = Environment.TickCount64;
        await broker.SendAsync("Orders", [1], properties: [new("DELAY", "1")]);

        var pulled = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0, waitMs: PatienceMs));

        Assert.That(pulled, Has.Count.EqualTo(1));
        Assert.That(Environment.TickCount64 - started, Is.InRange(980, PatienceMs));
    }

    [Test]
    public async Task A_timer_goes_off_at_its_time()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 });
        var started = Environment.TickCount64;
        await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_MS", "700")]);

        var pulled = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0, waitMs: PatienceMs));

        Assert.That(pulled, Has.Count.EqualTo(1));
        Assert.That(Environment.TickCount64 - started, Is.InRange(500, PatienceMs));
    }

    [Test]
    public async Task A_producer_is_asked_about_the_transaction_it_left_open()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var table = new RequestTable.Builder().Add(RequestCode.CheckTransactionState, new Told(asked)).Build();
        await using var broker = await TestBroker.StartAsync(
            o => o with { TransactionCheckInterval = 100, TransactionTimeOut = 300 }, clientTable: table);
        await broker.HeartbeatAsync("producer", "tx");
        var header = TestBroker.SendHeader("Orders", 0, [new("TRAN_MSG", "true"), new("PGROUP", "tx"), new("UNIQ_KEY", "id")], sysFlag: 4);
        header.BornTimestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var started = Environment.TickCount64;

        await broker.CallAsync(RequestCode.SendMessageV2, header, [1]);
        await asked.Task.WaitAsync(TimeSpan.FromMilliseconds(PatienceMs));

        Assert.That(Environment.TickCount64 - started, Is.GreaterThanOrEqualTo(280));
    }

    [Test]
    public async Task A_popped_message_that_nobody_acknowledges_comes_back()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 1);
        var started = Environment.TickCount64;
        await broker.PopAsync("Orders", 0, invisibleMs: 500);

        var again = await broker.PopAsync("Orders", pollMs: PatienceMs);

        Assert.That(again.Bodies, Is.EqualTo(new[] { 0 }));
        Assert.That(Environment.TickCount64 - started, Is.InRange(480, PatienceMs));
    }

    [Test]
    public async Task A_lock_that_is_not_renewed_is_free_for_the_next()
    {
        var locks = new QueueLocks(TimeProvider.System, lifetimeMs: 300);
        var queue = new MessageQueue("Orders", "broker-a", 0);
        locks.Lock("group", "first", [queue], out _);

        Assert.That(locks.Lock("group", "second", [queue], out _), Is.Empty);
        await Eventually.BecomesAsync(() => locks.Lock("group", "second", [queue], out _).Count == 1, "the lock");
    }

    private sealed class Told(TaskCompletionSource told) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            Assert.That(context.Request.ReadHeader<CheckTransactionStateRequestHeader>().MsgId, Is.EqualTo("id"));
            told.TrySetResult();
            return ValueTask.FromResult<RemotingCommand?>(null);
        }
    }
}
