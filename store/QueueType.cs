namespace RocketMQ.Store;

/// <summary>How the queues of a topic are kept; the names are the values of Apache's topic attribute <c>queue.type</c>.</summary>
public enum QueueType
{
    /// <summary>A unit for each message.</summary>
    SimpleCQ,

    /// <summary>A unit for each record, which may be a batch: many messages that are stored and read as one.</summary>
    BatchCQ,
}
