using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Pops one queue: reads from where the group is, writes the checkpoint, moves the group on. In that order, so that a crash in between
/// gives messages out twice rather than never.
/// </summary>
internal sealed class PopReader(
    BrokerOptions options, MessageStore store, ConsumerOffsets offsets, PopStart starts, PopQueueLocks locks, OrderedPops orders, ReviveLog log,
    BrokerStatistics statistics)
{
    public void Pop(PopBatch batch, string topic, int queueId, bool isRetry)
    {
        var queue = new PopQueue(topic, batch.Request.Group, queueId);
        var gate = locks.Of(queue);
        if (!gate.TryEnter())
        {
            // Whoever is at it wakes the next when it leaves something behind.
            batch.Rest += batch.IsOrdered ? 0 : Math.Max(0, store.MaxOffset(topic, queueId) - starts.Look(queue, batch.Request.InitMode));
            return;
        }

        try
        {
            PopLocked(batch, queue, isRetry);
        }
        finally
        {
            gate.Exit();
        }
    }

    private void PopLocked(PopBatch batch, in PopQueue queue, bool isRetry)
    {
        if (!offsets.HasRoomFor(queue.Group, queue.Topic, queue.QueueId, options.MaxConsumerOffsetNum))
        {
            batch.Refusal = new Refusal(
                RefusalKind.SystemError, Reached.Limit("offsets of groups", "maxConsumerOffsetNum", options.MaxConsumerOffsetNum));
            return;
        }

        var start = starts.Begin(queue, batch.Request.InitMode);
        if (batch.IsOrdered && orders.IsFull(queue, options.MaxOrderedPopNum))
        {
            batch.Refusal = new Refusal(
                RefusalKind.SystemError, Reached.Limit("queues that are popped in order", "maxOrderedPopNum", options.MaxOrderedPopNum));
            return;
        }

        if (batch.IsOrdered && orders.IsKept(queue, batch.Request.AttemptId, batch.Request.InvisibleMs))
        {
            return;
        }

        if (batch.Room <= 0)
        {
            batch.Rest += Math.Max(0, store.MaxOffset(queue.Topic, queue.QueueId) - start);
            return;
        }

        var startClock = statistics.StartClock();
        var found = Read(batch, queue, ref start);
        batch.Rest += Math.Max(0, found.MaxOffset - found.NextBeginOffset);
        if (found.Count == 0)
        {
            if (found.NextBeginOffset > start && found.Status != GetStatus.NO_MATCHED_LOGIC_QUEUE)
            {
                offsets.Commit(queue.Group, queue.Topic, queue.QueueId, found.NextBeginOffset);
            }

            statistics.GotNothing();
            found.Dispose();
            return;
        }

        statistics.GotMessages(queue.Topic, queue.Group, queue.QueueId, found, store.MaxPhysicalOffset, startClock);
        Take(batch, queue, start, found, isRetry);
    }

    private GetResult Read(PopBatch batch, in PopQueue queue, ref long start)
    {
        var found = store.Get(queue.Topic, queue.QueueId, start, batch.Room, filter: batch.Filter);
        if (found.Status is not (GetStatus.OFFSET_TOO_SMALL or GetStatus.OFFSET_OVERFLOW_BADLY or GetStatus.OFFSET_FOUND_NULL)
            || found.NextBeginOffset == start)
        {
            return found;
        }

        // The offset lies outside the queue: retention moved its beginning, or its end was lost.
        start = found.NextBeginOffset;
        found.Dispose();
        offsets.Commit(queue.Group, queue.Topic, queue.QueueId, start);
        return store.Get(queue.Topic, queue.QueueId, start, batch.Room, filter: batch.Filter);
    }

    private void Take(PopBatch batch, in PopQueue queue, long start, GetResult found, bool isRetry)
    {
        var taken = new List<long>(found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            taken.Add(found.QueueOffsetAt(i));
        }

        // A batch is given whole, also to who has been in its middle.
        start = Math.Min(start, taken[0]);
        var next = found.NextBeginOffset;
        IReadOnlyDictionary<long, int>? poppedBefore = null;
        if (batch.IsOrdered)
        {
            poppedBefore = orders.Keep(queue, batch.Request.AttemptId, batch.PopTimeMs, batch.Request.InvisibleMs, taken);
            next = start;
        }
        else if (!WriteCheckPoint(batch, queue, start, taken))
        {
            batch.Rest += found.Messages;
            found.Dispose();
            return;
        }

        batch.Taken.Add(new PoppedQueue(queue.Topic, queue.QueueId, start, taken, poppedBefore));
        if (isRetry && !options.PopResponseReturnActualRetryTopic)
        {
            var receipt = new PopReceipt(start, batch.PopTimeMs, batch.Request.InvisibleMs, batch.ReviveQueueId, options.BrokerName);
            batch.Records.AddAs(batch.Request.Topic, found, receipt, queue.Topic, queue.QueueId);
        }
        else
        {
            batch.Records.Add(found);
        }

        offsets.Commit(queue.Group, queue.Topic, queue.QueueId, next);
    }

    private bool WriteCheckPoint(PopBatch batch, in PopQueue queue, long start, List<long> taken)
    {
        var published = log.Append(
            new PopCheckPoint
            {
                Topic = queue.Topic,
                Group = queue.Group,
                QueueId = queue.QueueId,
                StartOffset = start,
                PopTimeMs = batch.PopTimeMs,
                InvisibleTimeMs = batch.Request.InvisibleMs,
                Count = taken.Count,
                OffsetDiffs = [.. taken.Select(offset => (int)(offset - start))],
                BrokerName = options.BrokerName,
            },
            batch.ReviveQueueId);
        if (published.IsOk)
        {
            batch.LastCheckPoint = published;
            statistics.CountCheckPoint(queue.Topic, queue.Group);
            return true;
        }

        batch.Refusal = published.Refusal ?? new Refusal(
            RefusalKind.ServiceNotAvailable,
            $"nothing can be popped now: the checkpoint is not stored ({published.Status}). Popping goes on by itself when the store takes messages again.");
        return false;
    }
}
