namespace RocketMQ.Store.Queues;

/// <summary>A record as a queue lists it: where it stands in the log, and which of the queue's offsets are its messages'.</summary>
/// <param name="Unit">Where it stands, and its tags code.</param>
/// <param name="Offset">Of its first message.</param>
/// <param name="Count">Its messages: more than one in a batch.</param>
/// <param name="StoreTimestamp">When it was stored; 0 where the queue does not say.</param>
internal readonly record struct QueueEntry(QueueUnit Unit, long Offset, int Count, long StoreTimestamp)
{
    /// <summary>The offset behind its last message.</summary>
    public long End => Offset + Count;
}
