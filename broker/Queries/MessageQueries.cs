using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Queries;

/// <summary>Finds messages by a key or by their place. Reads files: not for a thread that serves others.</summary>
public sealed class MessageQueries(MessageStore store, StoredRecords records)
{
    /// <summary>The messages of a topic that carry a key, stored between two times.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key.</param>
    /// <param name="isUniqueKey">Whether it is a message's id, which one message carries or a few resent.</param>
    /// <param name="maxCount">Most messages; not for an id.</param>
    /// <param name="beginMs">Ms since 1970.</param>
    /// <param name="endMs">Ms since 1970.</param>
    public IndexQueryResult ByKey(string topic, string key, bool isUniqueKey, int maxCount, long beginMs, long endMs) =>
        store.Query(topic, key, isUniqueKey ? store.Options.MaxMsgsNumBatch : maxCount, beginMs, endMs);

    /// <summary>The record at a place in the log, leased; of a topic where that is named. Invalid when there is none.</summary>
    public LogLease ByOffset(long offset, string? topic)
    {
        var lease = records.Find(offset);
        if (lease.IsValid && !IsOf(topic, lease.Bytes))
        {
            lease.Dispose();
            return default;
        }

        return lease;
    }

    private static bool IsOf(string? topic, ReadOnlySpan<byte> bytes) =>
        string.IsNullOrEmpty(topic)
        || (MessageRecord.TryRead(bytes, out var record) == RecordReadStatus.Ok && (record.TopicString == topic || StoredRecords.TopicOf(record) == topic));
}
