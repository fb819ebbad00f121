using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Timing;

/// <summary>Follows the timer queue and puts its messages into the wheel; those whose slot is already passed are delivered at once.</summary>
internal sealed class TimerIntake(MessageStore store, TimerStore timers, TimerOutput output, TimerMetrics metrics, ILogger logger)
{
    /// <summary>At least two slots, at most what a wheel of seven days can tell apart.</summary>
    private readonly long _rollWindowSlots =
        store.Options.TimerRollWindowSlot is >= 2 and <= MaxRollWindowSlots and var slots ? slots : MaxRollWindowSlots;

    private const int MaxRollWindowSlots = 7 * 24 * 3600 - 60;

    /// <summary>How many messages of the queue are not in the wheel yet. Any thread.</summary>
    internal long Behind => Math.Max(0, store.MaxOffset(SystemTopics.Timer, 0) - timers.QueueOffset);

    /// <summary>Takes what is in the queue now.</summary>
    /// <param name="nowMs">ms since 1970.</param>
    /// <param name="isRefused">Whether the store took nothing, and it has to be tried again.</param>
    /// <returns>How many messages were taken.</returns>
    internal int Take(long nowMs, CancellationToken stopping, out bool isRefused)
    {
        isRefused = false;
        if (store.Queue(SystemTopics.Timer, 0) is not { } queue)
        {
            return 0;
        }

        var taken = 0;
        var end = queue.MaxOffset;
        var offset = Math.Clamp(timers.QueueOffset, queue.MinOffset, end);
        Span<byte> units = stackalloc byte[QueueUnit.Bytes * 64];
        while (offset < end && !stopping.IsCancellationRequested)
        {
            var count = queue.Read(offset, units);
            if (count == 0)
            {
                // Units the log gives back soon: a recall may be among them, and nothing may be delivered before it is known.
                isRefused = true;
                return taken;
            }

            for (var i = 0; i < count && offset < end; i++)
            {
                if (!TryTake(QueueUnit.Read(units[(i * QueueUnit.Bytes)..]), offset, nowMs, out isRefused))
                {
                    return taken;
                }

                timers.TakenTo(++offset);
                taken++;
            }
        }

        return taken;
    }

    /// <returns>False when the message can't be taken now: the wheel has to turn first, or the store takes nothing.</returns>
    private bool TryTake(in QueueUnit unit, long offset, long nowMs, out bool isRefused)
    {
        isRefused = false;
        using var lease = store.Read(unit.PhysicalOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok
            || !TimerProperties.TryNumber(record.Properties, TimerProperties.OutMs, out var outMs))
        {
            Log.NotDeliverable(logger, unit.PhysicalOffset);
            return true;
        }

        var timeMs = timers.Floor(outMs);
        if (timers.IsDoneElsewhere(offset, timeMs))
        {
            return true;
        }

        if (timeMs < timers.ReadTimeMs)
        {
            isRefused = !output.TrySend(record, TimerOutput.NeverEnqueued, roll: false, out var physicalEnd);
            timers.Delivered(physicalEnd);
            return !isRefused;
        }

        var writeTimeMs = timers.Floor(nowMs);
        var magic = TimerMagic.Default;
        var windowMs = _rollWindowSlots * timers.PrecisionMs;
        if (timeMs - writeTimeMs >= windowMs)
        {
            magic |= TimerMagic.Roll;
            // What is left of the way after a full window should not be too little for the next stage.
            var isNear = timeMs - writeTimeMs - windowMs < _rollWindowSlots / 3 * timers.PrecisionMs;
            timeMs = writeTimeMs + (isNear ? _rollWindowSlots / 2 * timers.PrecisionMs : windowMs);
        }

        if (!timers.Reaches(timeMs))
        {
            return false;
        }

        var isDelete = PropertyText.TryFind(record.Properties, TimerProperties.DeleteKey, out _);
        var topic = TimerProperties.Text(record.Properties, "REAL_TOPIC"u8);
        timers.Add(
            timeMs, isDelete ? magic | TimerMagic.Delete : magic, writeTimeMs, unit.PhysicalOffset, record.Size, JavaHash.Of(topic.AsSpan()));
        metrics.Add(topic, isDelete ? -1 : 1);
        return true;
    }
}
