using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Timers: none is lost, none comes before its time, and none comes whose recall was acknowledged. A short window makes the longer ones go
/// round the wheel more than once.
/// </summary>
internal sealed class TimedSends(int seed, int senders, TimeProvider clock) : HiddenSends("timed", seed, senders, clock, "rmq_sys_wheel_timer")
{
    private const int LongestSeconds = 7;

    /// <summary>A recall needs its time as well.</summary>
    private const int LeastRecalledMs = 3_000;

    private int _recalled;

    public override IEnumerable<string> Settings => ["timerRollWindowSlot=4", "timerFlushIntervalMs=300", "recallMessageEnable=true"];

    public override string Summary => $"{base.Summary}, {_recalled} taken back";

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var nowMs = NowMs;
        long waitMs = random.Next(1, LongestSeconds) * 1_000 + random.Next(2) * random.Next(1_000);
        var (name, value) = random.Next(3) switch
        {
            0 => (PropertyNames.TimerDelaySeconds, waitMs / 1_000),
            1 => (PropertyNames.TimerDelayMs, waitMs),
            _ => (PropertyNames.TimerDeliverMs, nowMs + waitMs),
        };
        waitMs = name == PropertyNames.TimerDelaySeconds ? value * 1_000 : waitMs;
        var (promise, body, properties) = Compose(
            sender, sequence, random, new KeyValuePair<string, string>(name, value.ToString(CultureInfo.InvariantCulture)));
        promise.NotBeforeMs = nowMs + waitMs;
        var reply = await broker.SendAsync(Topic, random.Next(Queues), body, properties);
        promise.OwedFromMs = NowMs + waitMs;
        Acknowledge(promise, reply.MsgId);
        if (waitMs >= LeastRecalledMs && random.Next(4) == 0)
        {
            await RecallAsync(broker, promise, reply.RecallHandle);
        }

        return 1;
    }

    /// <summary>Asked to be taken back it may come or not; once that is acknowledged it must not.</summary>
    private async Task RecallAsync(BrokerClient broker, Promise promise, string? recallHandle)
    {
        // On a busy machine its time may come on the way to the broker, or while it is asked for.
        if (recallHandle is null && NowMs >= promise.NotBeforeMs - 1_000)
        {
            return;
        }

        promise.OwedFromMs = long.MaxValue;
        Assert.That(recallHandle, Is.Not.Null, "a timer's send is answered with a handle");
        try
        {
            await broker.RecallAsync(Topic, recallHandle!);
        }
        catch (BrokerRefusedException) when (NowMs >= promise.NotBeforeMs - 1_000)
        {
            return;
        }

        if (NowMs < promise.NotBeforeMs - 1_000)
        {
            promise.NotBeforeMs = long.MaxValue;
            Interlocked.Increment(ref _recalled);
        }
    }
}
