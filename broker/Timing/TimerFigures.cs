using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Timing;

/// <summary>What the broker's runtime information says of timers. Any thread.</summary>
public sealed class TimerFigures(TimerStore timers, Func<long> behind, TimeProvider time)
{
    /// <summary>How far delivery is behind the clock, in seconds (timerReadBehind).</summary>
    public long ReadBehindSeconds
    {
        get
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();

            // Nothing is done, and so nothing is behind, while nothing waits.
            return timers.Pending > 0 ? Math.Max(0, nowMs - (timers.NextTimeMs ?? nowMs)) / 1000 : 0;
        }
    }

    /// <summary>Messages of the timer queue that are not in the wheel yet (timerOffsetBehind).</summary>
    public long OffsetBehind => behind();

    /// <summary>Messages in the wheel (timerCongestNum).</summary>
    public long CongestNum => timers.Pending;

    /// <summary>Messages put into the wheel (timerEnqueueTps).</summary>
    public TimerRate Enqueued { get; } = new(time);

    /// <summary>Messages delivered or sent on their way again (timerDequeueTps).</summary>
    public TimerRate Dequeued { get; } = new(time);
}
