using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Timing;

/// <summary>Writes the record of a message whose slot is over: to the topic it is for, or back to the timer queue for the rest of its way.</summary>
internal sealed class TimerOutput(MessagePublisher publisher, MessageHost storeHost, TimeProvider time, ILogger logger)
{
    /// <summary>Stands for "never was in the wheel" in TIMER_ENQUEUE_MS.</summary>
    internal const long NeverEnqueued = long.MaxValue;

    /// <param name="record">As it stands in the timer queue.</param>
    /// <param name="enqueueMs">When it went into the wheel.</param>
    /// <param name="roll">Whether it goes back to the timer queue.</param>
    /// <param name="physicalEnd">Where the new record ends; 0 when there is none.</param>
    /// <returns>False when the store takes nothing now and the message has to be tried again.</returns>
    internal bool TrySend(in MessageRecord record, long enqueueMs, bool roll, out long physicalEnd)
    {
        physicalEnd = 0;
        if (!RealDestination.TryRead(record.Properties, out var topic, out var queueId))
        {
            Log.NotDeliverable(logger, record.PhysicalOffset);
            return true;
        }

        if (roll)
        {
            (topic, queueId) = (SystemTopics.Timer, 0);
        }
        else if (PropertyText.TryFind(record.Properties, TimerProperties.DeleteKey, out _))
        {
            // It came too late to take anything back.
            return true;
        }

        var rollTimes = roll ? TimerProperties.TryNumber(record.Properties, TimerProperties.RollTimes, out var times) ? times + 1 : 1 : 0;
        Span<byte> stamp = stackalloc byte[160];
        stamp = stamp[..TimerProperties.Stamp(stamp, enqueueMs, time.GetUtcNow().ToUnixTimeMilliseconds(), rollTimes)];
        scoped var draft = RecordCopy.To(topic, queueId, record, storeHost);
        draft.PreparedTransactionOffset = record.PreparedTransactionOffset;
        draft.Properties = TimerProperties.Unstamped(record.Properties, roll);
        draft.MoreProperties = stamp;
        var published = publisher.Append(draft);
        if (published.Status == AppendStatus.PropertiesTooLarge)
        {
            // Rather without the stamp than not at all.
            draft.Properties = record.Properties;
            draft.MoreProperties = default;
            published = publisher.Append(draft);
        }

        if (published.IsOk)
        {
            // How far delivery is is saved when the log is on the disk up to here.
            physicalEnd = published.EndOffset;
            return true;
        }

        if (published.MayPass)
        {
            return false;
        }

        Log.TimerRefused(logger, record.PhysicalOffset, topic, published.Status);
        return true;
    }
}
