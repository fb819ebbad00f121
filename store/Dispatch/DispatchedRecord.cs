using System.Buffers;
using System.Buffers.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store;

/// <summary>A record that just became visible. Valid only during the call that hands it over.</summary>
public readonly ref struct DispatchedRecord
{
    internal DispatchedRecord(string topic, in MessageRecord record, long physicalOffset, long tagsCode)
        : this(topic, record, physicalOffset, tagsCode, record.QueueId, record.QueueOffset)
    {
    }

    /// <summary>The record as it stands in another queue than its own.</summary>
    internal DispatchedRecord(string topic, in MessageRecord record, long physicalOffset, long tagsCode, int queueId, long queueOffset)
    {
        Topic = topic;
        Record = record;
        PhysicalOffset = physicalOffset;
        TagsCode = tagsCode;
        QueueId = queueId;
        QueueOffset = queueOffset;
    }

    public string Topic { get; }

    public int QueueId { get; }

    public long QueueOffset { get; }

    public long PhysicalOffset { get; }

    public long TagsCode { get; }

    public long StoreTimestamp => Record.StoreTimestamp;

    public MessageRecord Record { get; }

    /// <summary>How many messages it is: more than one in a batch.</summary>
    public int Messages => OffsetsOf(Record, isBatchQueue: true);

    /// <summary>Whether the record stands in its consume queue: prepared and rolled back halves of transactions do not.</summary>
    public bool IsQueued => IsQueuedType(Record.TransactionType);

    /// <summary>How many offsets of its queue a record takes: a batch that stands in the log as one takes one for each of its messages.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isBatchQueue">
    /// Whether the queue has one unit for all of them, and says how many. Else there are as many units, and a number that the body can't hold is not
    /// believed: what stands in the log was not always checked.
    /// </param>
    internal static int OffsetsOf(in MessageRecord record, bool isBatchQueue)
    {
        if ((record.SysFlag & MessageSysFlag.InnerBatch) == 0 || !TryFindCount(record.Properties, out var count))
        {
            return 1;
        }
        var isMeant = isBatchQueue
            ? count > 0 && (IsHeldBy(record.Body.Length, count) || PropertyText.TryFind(record.Properties, PropertyNames.Utf8.InnerBatchBase, out _))
            : IsHeldBy(record.Body.Length, count);
        return isMeant ? count : 1;
    }

    /// <summary>
    /// How many offsets a message that is to be appended takes; false when it claims to be a batch of more messages than its body holds. A number that is
    /// believed is a queue of gigabytes for the asking.
    /// </summary>
    internal static bool TryCountOffsets(in MessageDraft draft, out int offsets)
    {
        offsets = 1;
        if ((draft.SysFlag & MessageSysFlag.InnerBatch) == 0 || !(TryFindCount(draft.Properties, out var count) || TryFindCount(draft.MoreProperties, out count)))
        {
            return true;
        }
        offsets = count;
        var body = draft.Body.Length == draft.BodyLength ? draft.Body : Joined(draft);
        return BatchBody.TryCount(body, out var held) && held == count;
    }

    private static bool TryFindCount(ReadOnlySpan<byte> properties, out int count)
    {
        count = 0;
        if (!PropertyText.TryFind(properties, PropertyNames.Utf8.InnerBatchSize, out var text))
        {
            return false;
        }
        count = Utf8Parser.TryParse(text, out short parsed, out var used) && used == text.Length ? parsed : -1;
        return true;
    }

    /// <summary>Whether a body is long enough for so many messages.</summary>
    private static bool IsHeldBy(int bodyLength, int count) => count > 0 && (long)count * BatchBody.MinMessageSize <= bodyLength;

    private static byte[] Joined(in MessageDraft draft)
    {
        var body = new byte[draft.BodyLength];
        draft.Body.CopyTo(body);
        draft.MoreBody.CopyTo(body.AsSpan(draft.Body.Length));
        return body;
    }

    internal static bool IsQueuedType(int transactionType) => transactionType is MessageSysFlag.TransactionNone or MessageSysFlag.TransactionCommit;
}
