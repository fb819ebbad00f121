using RocketMQ.Store.Queues;

namespace RocketMQ.Store;

/// <summary>What parts of a store that don't know each other tell and ask: the engine, which knows them all, passes it on.</summary>
internal interface IStoreParts
{
    /// <summary>What has been dispatched when a round of the queues' writer begins: once the round is on the disk, all of that is.</summary>
    ReplayPoint? Dispatched { get; }

    /// <summary>All before this offset of the log is dispatched.</summary>
    long DispatchedTo { get; }

    /// <summary>Gives queues back what they lost, and writes units again that the disk refused.</summary>
    QueueMender Mender { get; }

    /// <summary>
    /// Where this log comes from a topic was deleted, and made again: its queues begin anew, with what the log has from an offset on. May wait; nothing is
    /// dispatched meanwhile.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="oldEnd">Where a record ends that is surely of its old life.</param>
    /// <param name="dispatchedTo">What comes after that is dispatched then.</param>
    void RenewTopic(string topic, long oldEnd, long dispatchedTo);

    /// <summary>The log is on the disk, up to a store timestamp. On the flusher's thread.</summary>
    void OnLogFlushed(long timestamp);

    /// <summary>A round is about to bring a queue to the disk; before it is noted what is dispatched.</summary>
    void OnQueueSyncing(ConsumeQueue queue);

    /// <summary>A round has brought all queues to the disk.</summary>
    void OnQueuesSynced(ReplayPoint? point);

    /// <summary>A queue can't be written and why; with null, it can again.</summary>
    void OnQueueSetAside(ConsumeQueue queue, string? why);

    /// <summary>A round of the queues' writer is over. On its thread.</summary>
    void OnQueueRoundEnded();
}
