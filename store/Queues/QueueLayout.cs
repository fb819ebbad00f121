using System.Buffers.Binary;
using System.Globalization;
using RocketMQ.Store.Files;

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

    /// <summary>Topics whose files are looked at for their size.</summary>
    private const int MaxTopicsSampled = 65;

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

    /// <summary>How a store's queues of type SimpleCQ look.</summary>
    public static QueueLayout Simple(StoreOptions options, IStoreFileSystem files) =>
        Find(files, QueueType.SimpleCQ, options.ConsumeQueuePath, options.MappedFileSizeConsumeQueue);

    /// <summary>How a store's queues of type BatchCQ look.</summary>
    public static QueueLayout Batch(StoreOptions options, IStoreFileSystem files) =>
        Find(files, QueueType.BatchCQ, options.BatchConsumeQueuePath, options.MapperFileSizeBatchConsumeQueue);

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

    /// <summary>A store written with another file size keeps its own: the size its files have tells it.</summary>
    private static QueueLayout Find(IStoreFileSystem files, QueueType type, string directory, int configured)
    {
        var unitBytes = QueueLayout.UnitBytesOf(type);
        configured = (configured + unitBytes - 1) / unitBytes * unitBytes;
        var lengths = new Dictionary<long, int>();
        foreach (var topic in files.DirectoryNames(directory).Take(MaxTopicsSampled))
        {
            foreach (var queue in files.DirectoryNames(Path.Combine(directory, topic)))
            {
                var path = Path.Combine(directory, topic, queue);
                foreach (var name in files.FileNames(path))
                {
                    var length = files.FileLength(Path.Combine(path, name));
                    if (length == configured)
                    {
                        return new QueueLayout(type, directory, configured);
                    }
                    lengths[length] = lengths.GetValueOrDefault(length) + 1;
                }
            }
        }
        var usual = lengths.Where(l => l.Key > 0 && l.Key % unitBytes == 0 && l.Key <= int.MaxValue).OrderByDescending(l => l.Value).FirstOrDefault();
        return new QueueLayout(type, directory, usual.Value > 0 ? (int)usual.Key : configured);
    }
}
