using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>Where a group's next pop of a queue begins: its committed offset, or for a new group the queue's beginning or end.</summary>
public sealed class PopStart(BrokerOptions options, ConsumerOffsets offsets, MessageStore store, OrderedPops orders)
{
    /// <summary>The queue's end, for groups that begin there.</summary>
    private const int AtEnd = 1;

    /// <summary>Takes the queue's waiting reset if there is one, and commits where a new group begins. Call it under the queue's lock.</summary>
    public long Begin(in PopQueue queue, int initMode)
    {
        if (offsets.TryTakeReset(queue.Group, queue.Topic, queue.QueueId, out var reset))
        {
            orders.Forget(queue);
            offsets.Commit(queue.Group, queue.Topic, queue.QueueId, reset);
            return reset;
        }

        var offset = offsets.Query(queue.Group, queue.Topic, queue.QueueId);
        if (offset >= 0)
        {
            return offset;
        }

        offset = Initial(queue, initMode);
        offsets.Commit(queue.Group, queue.Topic, queue.QueueId, offset);
        return offset;
    }

    /// <summary>Where <see cref="Begin"/> would begin; changes nothing.</summary>
    public long Look(in PopQueue queue, int initMode = 0)
    {
        var offset = offsets.Query(queue.Group, queue.Topic, queue.QueueId);
        return offset >= 0 ? offset : Initial(queue, initMode);
    }

    /// <summary>Whether a pop of the queue is assumed not to wait for the disk.</summary>
    public bool IsHot(in PopQueue queue) =>
        store.IsHot(queue.Topic, queue.QueueId, Math.Max(0, offsets.Query(queue.Group, queue.Topic, queue.QueueId)));

    /// <summary>Whether asking for the queue's bounds opens no files.</summary>
    public bool IsLoaded(in PopQueue queue) => store.IsLoaded(queue.Topic, queue.QueueId);

    /// <summary>Whether the queue has something to pop.</summary>
    public bool HasMessages(in PopQueue queue, bool isOrdered, string? attemptId) =>
        store.MaxOffset(queue.Topic, queue.QueueId) > Look(queue)
        && !(isOrdered && orders.IsKept(queue, attemptId, 0));

    /// <summary>At the end means before the last message, as in Apache's broker; a queue that is all in memory is young and begins at 0.</summary>
    private long Initial(in PopQueue queue, int initMode)
    {
        var min = store.MinOffset(queue.Topic, queue.QueueId);
        if (initMode != AtEnd || SystemTopics.IsRetry(queue.Topic))
        {
            return min;
        }

        return options.InitPopOffsetByCheckMsgInMem && min <= 0 && store.IsInMemory(queue.Topic, queue.QueueId, 0)
            ? 0
            : Math.Max(0, store.MaxOffset(queue.Topic, queue.QueueId) - 1);
    }
}
