using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Queries;

/// <summary>
/// Records that requests name by their place in the log. A body may hold bytes that look like a record, with whatever topic and properties its
/// sender liked: a record is one only if its queue lists it at that place.
/// </summary>
public sealed class StoredRecords(MessageStore store)
{
    /// <summary>
    /// Bytes of records that are stored and not yet listed, which a thread that has others to serve looks through from the first for where one begins.
    /// There are more only when listing is held up, and never more than <c>maxDispatchBehindBytes</c>.
    /// </summary>
    private const int MaxHotUnlisted = 1024 * 1024;

    /// <summary>The record that begins at an offset, leased; invalid when none does.</summary>
    public LogLease Find(long physicalOffset)
    {
        var lease = store.Read(physicalOffset);
        if (lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok && IsListed(physicalOffset, record))
        {
            return lease;
        }

        lease.Dispose();
        return default;
    }

    /// <summary>Whether <see cref="Find"/> is assumed not to wait for the disk, neither for the log nor for the queue that a record names.</summary>
    public bool IsHot(long physicalOffset)
    {
        if (!store.IsHotRecord(physicalOffset) || physicalOffset - store.DispatchedOffset > MaxHotUnlisted)
        {
            return false;
        }

        using var lease = store.Read(physicalOffset);
        return !lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok
            || !NameRule.IsLegal(NameKind.Topic, record.Topic) || store.IsLoaded(record.TopicString, record.QueueId);
    }

    /// <summary>The topic that a record is a message of, also while it waits in a topic of the broker's own.</summary>
    public static string TopicOf(in MessageRecord record)
    {
        var topic = record.TopicString;
        return topic is SystemTopics.Schedule or SystemTopics.Timer or SystemTopics.TransactionHalf or SystemTopics.TransactionDiscard
            && RealDestination.TryRead(record.Properties, out var real, out _)
                ? real
                : topic;
    }

    private bool IsListed(long physicalOffset, in MessageRecord record)
    {
        if (!NameRule.IsLegal(NameKind.Topic, record.Topic) || record.PhysicalOffset != physicalOffset)
        {
            return false;
        }

        // Looked up first: what is listed in between is found by either way.
        var unlistedFrom = store.DispatchedOffset;
        var isListed = store.Queue(record.TopicString, record.QueueId) is { } queue && queue.TryRead(record.QueueOffset, out var unit)
            && unit.PhysicalOffset == physicalOffset;
        return isListed || BeginsAmong(unlistedFrom, physicalOffset);
    }

    /// <summary>Whether a record begins at an offset that the queues had not got to: one stands right behind the other from there on.</summary>
    private bool BeginsAmong(long at, long physicalOffset)
    {
        while (at < physicalOffset)
        {
            using var lease = store.ReadNext(ref at);
            if (!lease.IsValid)
            {
                return false;
            }

            at += lease.Bytes.Length;
        }

        return at == physicalOffset;
    }
}
