using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>What a pop would give, without hiding it. Records of retry topics come as they are stored.</summary>
internal sealed class Peeks(PopGuard guard, PopStart starts, MessageStore store, TopicTable topics)
{
    /// <returns><see langword="null"/>, or why nothing is shown.</returns>
    public Refusal? Peek(string topic, string group, int queueId, int maxMessages, out PeekResult result)
    {
        result = default;
        if (guard.Check("peeking", topic, queueId, group, out _) is { } refusal)
        {
            return refusal;
        }

        var records = new PoppedRecords();
        var rest = 0L;
        foreach (var queue in PopBacklog.Queues(topics, topic, group, queueId, withRetries: true))
        {
            rest += Peek(queue, Math.Min(maxMessages, Pops.MaxMessages), records);
        }

        result = new PeekResult(records, rest);
        return null;
    }

    /// <returns>Messages in the queue, peeked at or not.</returns>
    private long Peek(in PopQueue queue, int maxCount, PoppedRecords records)
    {
        var start = Math.Max(starts.Look(queue), store.MinOffset(queue.Topic, queue.QueueId));
        if (records.Count < maxCount)
        {
            var found = store.Get(queue.Topic, queue.QueueId, start, maxCount - records.Count);
            if (found.Count > 0)
            {
                records.Add(found);
            }
            else
            {
                found.Dispose();
            }
        }

        return Math.Max(0, store.MaxOffset(queue.Topic, queue.QueueId) - start);
    }
}

/// <param name="Records">What was found.</param>
/// <param name="Rest">Messages in the queues, shown or not.</param>
internal readonly record struct PeekResult(PoppedRecords Records, long Rest);
