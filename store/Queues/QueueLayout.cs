using System.Buffers.Binary;
using System.Globalization;

namespace RocketMQ.Store.Queues;

/// <summary>
/// What the queues of one <see cref="QueueType"/> look like on the disk: <c>&lt;directory&gt;/&lt;topic&gt;/&lt;queueId&gt;/</c>, files of whole units,
/// found by their index. A SimpleCQ has a <see cref="QueueUnit"/> for each message, whose index is its offset. A BatchCQ has a unit of 46 bytes for
/// each record, in the order of their offsets: a QueueUnit | storeTimestamp 8 | offset of the first message 8 | messages 2 | compacted offset 4, −1 |
/// reserved 4.
/// </summary>
internal sealed class QueueLayout(QueueType type, string directory, int fileSize)
{
    /// <summary>The largest unit there is.</summary>
    public const int MaxUnitBytes = BatchUnitBytes;

    private const int BatchUnitBytes = 46;
    private const int StoreTimestampAt = 20;
    private const int OffsetAt = 28;
    private const int CountAt = 36;
    private const int CompactedOffsetAt = 38;
    private const int ReservedAt = 42;

    public QueueType Type { get; } = type;

    public bool IsBatch { get; } = type == QueueType.BatchCQ;

    public int UnitBytes { get; } = UnitBytesOf(type);

    public string Directory { get; } = directory;

    /// <summary>Size of a file in bytes, whole units.</summary>
    public int FileSize { get; } = fileSize;

    public int UnitsPerFile { get; } = fileSize / UnitBytesOf(type);

    public static int UnitBytesOf(QueueType type) => type == QueueType.BatchCQ ? BatchUnitBytes : QueueUnit.Bytes;

    public string DirectoryOf(string topic) => Path.Combine(Directory, topic);

    public string DirectoryOf(string topic, int queueId) => Path.Combine(Directory, topic, queueId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The unit at an index.</summary>
    public QueueEntry Read(ReadOnlySpan<byte> unit, long index) => IsBatch
        ? new(
            QueueUnit.Read(unit), BinaryPrimitives.ReadInt64BigEndian(unit[OffsetAt..]), BinaryPrimitives.ReadInt16BigEndian(unit[CountAt..]),
            BinaryPrimitives.ReadInt64BigEndian(unit[StoreTimestampAt..]))
        : new(QueueUnit.Read(unit), index, 1, 0);

    public void Write(Span<byte> unit, in QueueEntry entry)
    {
        entry.Unit.Write(unit);
        if (IsBatch)
        {
            BinaryPrimitives.WriteInt64BigEndian(unit[StoreTimestampAt..], entry.StoreTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(unit[OffsetAt..], entry.Offset);
            BinaryPrimitives.WriteInt16BigEndian(unit[CountAt..], (short)entry.Count);
            BinaryPrimitives.WriteInt32BigEndian(unit[CompactedOffsetAt..], -1);
            BinaryPrimitives.WriteInt32BigEndian(unit[ReservedAt..], 0);
        }
    }
}
