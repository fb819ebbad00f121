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

    /// <summary>Whether the record stands in its consume queue: prepared and rolled back halves of transactions do not.</summary>
    public bool IsQueued => IsQueuedType(Record.TransactionType);

    /// <summary>How many offsets of its queue a message takes: a batch that stands in the log as one record takes one for each of its messages.</summary>
    internal static int OffsetsOf(int sysFlag, ReadOnlySpan<byte> properties) =>
        (sysFlag & MessageSysFlag.InnerBatch) != 0 && PropertyText.TryFind(properties, PropertyNames.Utf8.InnerBatchSize, out var text)
        && Utf8Parser.TryParse(text, out short count, out _) && count > 0 ? count : 1;

    internal static bool IsQueuedType(int transactionType) => transactionType is MessageSysFlag.TransactionNone or MessageSysFlag.TransactionCommit;
}
