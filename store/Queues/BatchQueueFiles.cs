using System.Buffers.Binary;
using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Queues;

/// <summary>
/// Reads the queues Apache 5.x keeps for topics with <c>queue.type=BatchCQ</c>: <c>batchconsumequeue/&lt;topic&gt;/&lt;queueId&gt;/</c>, one unit of
/// 46 bytes per record, which holds a whole batch: physicalOffset 8 | size 4 | tagsCode 8 | storeTimestamp 8 | first queue offset 8 |
/// messages 2 | compacted offset 4 | reserved 4. Here such a queue is a usual one, whose units of one batch all point to its record.
/// </summary>
internal static class BatchQueueFiles
{
    private const int UnitSize = 46;

    /// <summary>Offers the units of a queue in order, and how many offsets each takes, up to one whose record ends after a limit.</summary>
    public static void Read(IStoreFileSystem files, string directory, long physicalLimit, Action<QueueUnit, long, int> offer)
    {
        foreach (var name in files.FileNames(directory).Where(n => n.Length == 20 && long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            using var file = files.OpenFile(Path.Combine(directory, name), create: false);
            var bytes = new byte[UnitSize * 1024];
            for (var position = 0L; file.Read(bytes, position) is var read && read >= UnitSize; position += bytes.Length)
            {
                for (var at = 0; at + UnitSize <= read; at += UnitSize)
                {
                    var unit = QueueUnit.Read(bytes.AsSpan(at));
                    var count = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at + 36));
                    if (!unit.IsWritten || count <= 0 || unit.EndOffset > physicalLimit)
                    {
                        return;
                    }
                    offer(unit, BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + 28)), count);
                }
            }
        }
    }
}
