namespace RocketMQ.Store;

/// <summary>What became of an append. Everything but <see cref="Ok"/> left the store as it was.</summary>
public enum AppendStatus
{
    Ok,

    /// <summary>The body exceeds maxMessageSize, or the record a commit log file.</summary>
    MessageTooLarge,

    /// <summary>The properties, the broker's included, exceed 32,767 bytes.</summary>
    PropertiesTooLarge,

    /// <summary>The topic exceeds 255 bytes, or 127 and is no retry topic.</summary>
    TopicTooLong,

    /// <summary>The topic cannot name a directory: it is empty, <c>.</c> or <c>..</c>, longer than 255 bytes, or holds a path separator or a control character.</summary>
    TopicIllegal,

    /// <summary>The message names a light queue that cannot name a directory; see <see cref="TopicIllegal"/>.</summary>
    LightQueueIllegal,

    /// <summary>The queue id is not within 0 to 65,535.</summary>
    QueueIdIllegal,

    /// <summary>The batch's body is not made of whole sub-messages, or of another number of them than INNER_NUM says.</summary>
    BatchMalformed,

    /// <summary>The batch's records, each with the properties of the batch, come to more than maxBatchSize.</summary>
    BatchTooLarge,

    /// <summary>The message names light queues that would be more than maxLmqConsumeQueueNum.</summary>
    TooManyLightQueues,

    /// <summary>No space for the next commit log file, or the disk's use is over its limit. Passes when space returns.</summary>
    DiskFull,

    /// <summary>The store is stopped, not started, or a write to its disk failed: see the log.</summary>
    NotWritable,

    /// <summary>The store's broker is no master: another one writes the log. Passes when it becomes one again.</summary>
    NotMaster,

    /// <summary>What was appended is not yet written out or dispatched, and the memory it may wait in is used up. Passes by itself.</summary>
    Busy,

    /// <summary>This one queue cannot be read or written: <see cref="MessageStore.QueueRefusal"/> says why. All others go on; it is tried again by itself.</summary>
    QueueSetAside,
}
