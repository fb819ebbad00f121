using RocketMQ.Broker.Topics;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Popping;

/// <summary>How far timed messages have arrived where they were to go.</summary>
/// <param name="store">The timer's queue is in it.</param>
/// <param name="timers">The wheel; <see langword="null"/> where timers are not served and nothing waits.</param>
/// <param name="time">The clock.</param>
public sealed class TimerArrivals(MessageStore store, TimerStore? timers, TimeProvider time)
{
    /// <summary>Every timed message that was due before this moment is in its topic, ms since 1970.</summary>
    public long ArrivedToMs()
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (timers is null)
        {
            return nowMs;
        }

        // A message is in the queue, then in the wheel, then in its topic: looked for in this order, it is not missed. One that is still in
        // the queue was stored before it was due; one in the wheel is due after the first slot that waits.
        var untakenMs = store.StoreTimestamp(SystemTopics.Timer, 0, timers.QueueOffset);
        var waitingMs = timers.NextTimeMs ?? nowMs;
        return Math.Min(nowMs, untakenMs > 0 ? Math.Min(untakenMs, waitingMs) : waitingMs);
    }
}
