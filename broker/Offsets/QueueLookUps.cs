using RocketMQ.Broker.Topics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Questions about a queue that a client names. They make no queue that is not there.</summary>
public sealed class QueueLookUps(MessageStore store, TopicTable topics, ConsumerOffsets offsets)
{
    /// <summary>Whether the answer opens no files: else it is not for a thread that serves others.</summary>
    public bool IsLoaded(string topic, int queueId) => store.IsLoaded(topic, queueId);

    /// <summary>The next offset of a queue; 0 for an unknown one.</summary>
    public long MaxOffset(string topic, int queueId) => Exists(topic, queueId) ? store.MaxOffset(topic, queueId) : 0;

    /// <summary>The first offset that is still stored; for an empty or unknown queue 0, or −1 where the topic's queues are of type BatchCQ.</summary>
    public long MinOffset(string topic, int queueId) => store.ShownMinOffset(topic, queueId);

    /// <summary>The offset of a queue at a store time, ms since 1970; 0 for an unknown queue.</summary>
    public long OffsetByTime(string topic, int queueId, long timestamp, BoundaryType boundary) =>
        Exists(topic, queueId) ? store.OffsetByTime(topic, queueId, timestamp, boundary) : 0;

    /// <summary>When a queue's first message was stored, ms since 1970; −1 for an empty or unknown queue.</summary>
    public long EarliestStoreTime(string topic, int queueId) => Exists(topic, queueId) ? store.EarliestStoreTimestamp(topic, queueId) : -1;

    /// <summary>How far a group is; <see langword="null"/> where it never committed.</summary>
    public long? Committed(string group, string topic, int queueId) => offsets.Query(group, topic, queueId) is >= 0 and var offset ? offset : null;

    /// <summary>
    /// Whether a group that never committed begins at 0: where the queue is young, all of it still in memory. For an old one its consumers apply their
    /// own rule. The wrong answer would replay or skip everything.
    /// </summary>
    public bool BeginsAtZero(string topic, int queueId) =>
        Exists(topic, queueId) && store.MinOffset(topic, queueId) <= 0 && store.IsInMemory(topic, queueId, 0);

    /// <summary>Whether there is such a queue: its topic has it, or its files are there. May list a directory: not for a loop thread.</summary>
    public bool Exists(string topic, int queueId) =>
        store.IsLoaded(topic, queueId)
        || (queueId >= 0 && SystemTopics.Validate(topic) is null && (IsConfigured(topic, queueId) || store.QueueIds(topic).Contains(queueId)));

    /// <summary>Every name of a light queue counts as configured: only files tell whether there is one.</summary>
    private bool IsConfigured(string topic, int queueId) =>
        !SystemTopics.IsLmq(topic) && topics.TryGet(topic, out var config) && queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums);
}
