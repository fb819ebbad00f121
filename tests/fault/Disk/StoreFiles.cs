using System.Buffers.Binary;
using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Disk;

/// <summary>A store directory as bytes: reads what stands in it by Apache's layout alone, while a broker has it open or after it is gone.</summary>
internal sealed class StoreFiles(IStoreFileSystem files, string folder)
{
    private const uint MagicBlank = 0xCBD43194;
    private const int UnitSize = 20;

    /// <summary>A unit of a consume queue. <see cref="Offset"/> is the record's place in the commit log.</summary>
    internal readonly record struct Unit(long Offset, int Size, long TagsCode)
    {
        /// <summary>Stands before a queue's first message when the queue does not begin at a file's start.</summary>
        public bool IsPlaceholder => Offset == 0 && Size == int.MaxValue && TagsCode == 0;
    }

    public bool IsMarkedAborted => files.FileExists(Path.Combine(folder, "abort"));

    /// <summary>All records from the log's first byte to the first place that holds none.</summary>
    public List<LogRecord> ReadLog(Findings findings)
    {
        var records = new List<LogRecord>();
        var log = Numbered("commitlog");
        long? expectedStart = null;
        for (var i = 0; i < log.Count; i++)
        {
            var (start, path) = log[i];
            var file = ReadAll(path);
            findings.Check(expectedStart is null || start == expectedStart, $"{path} should begin at {expectedStart}");
            expectedStart = start + file.Length;
            var end = ReadLogFile(file, start, records, out var reason);
            if (end < file.Length)
            {
                // Whole files may follow that were made ahead and never written.
                findings.Check(log.Skip(i + 1).All(f => IsUnwritten(f.Path)), $"{path} has no record at {start + end} ({reason}), but later files hold data");
                break;
            }
        }

        return records;
    }

    /// <summary>All queues: topic, queue id, offset of the first unit, units up to the first that was never written.</summary>
    public IEnumerable<(string Topic, int QueueId, long First, List<Unit> Units)> ReadQueues(Findings findings)
    {
        var root = Path.Combine(folder, "consumequeue");
        foreach (var topic in files.DirectoryNames(root))
        {
            foreach (var queueId in files.DirectoryNames(Path.Combine(root, topic)))
            {
                var queue = Numbered(Path.Combine(root, topic, queueId));
                if (queue.Count > 0)
                {
                    yield return (topic, int.Parse(queueId, CultureInfo.InvariantCulture), queue[0].Start / UnitSize, ReadUnits(queue, findings));
                }
            }
        }
    }

    public IEnumerable<IndexFile> ReadIndexes(int slots) =>
        files.FileNames(Path.Combine(folder, "index")).Select(name => new IndexFile(name, ReadAll(Path.Combine(folder, "index", name)), slots));

    /// <returns>Where the first thing stands that is no record, the file's length when a blank ends it.</returns>
    private static int ReadLogFile(byte[] file, long start, List<LogRecord> records, out string reason)
    {
        var at = 0;
        reason = "";
        while (at + 8 <= file.Length)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 4)) == MagicBlank && size == file.Length - at)
            {
                return file.Length;
            }

            if (LogRecord.TryRead(file, at, start, out reason) is not { } record)
            {
                return at;
            }

            records.Add(record);
            at += record.Size;
        }

        return at;
    }

    private List<Unit> ReadUnits(List<(long Start, string Path)> queue, Findings findings)
    {
        var units = new List<Unit>();
        long? expectedStart = null;
        foreach (var (start, path) in queue)
        {
            var file = ReadAll(path);
            findings.Check(expectedStart is null || start == expectedStart, $"{path} should begin at {expectedStart}");
            expectedStart = start + file.Length;
            for (var at = 0; at + UnitSize <= file.Length; at += UnitSize)
            {
                var unit = new Unit(
                    BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at)),
                    BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 8)),
                    BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at + 12)));
                if (unit.Size <= 0)
                {
                    return units;
                }

                units.Add(unit);
            }
        }

        return units;
    }

    private List<(long Start, string Path)> Numbered(string subfolder)
    {
        var path = Path.Combine(folder, subfolder);
        return [.. files.FileNames(path)
            .Where(name => name.Length == 20 && name.All(char.IsAsciiDigit))
            .Select(name => (long.Parse(name, CultureInfo.InvariantCulture), Path.Combine(path, name)))];
    }

    private bool IsUnwritten(string path) => !ReadAll(path).AsSpan().ContainsAnyExcept((byte)0);

    /// <summary>Reads a file that a broker may have open.</summary>
    private byte[] ReadAll(string path)
    {
        using var file = files.OpenFile(path, create: false);
        var bytes = new byte[file.Length];
        return file.Read(bytes, 0) == bytes.Length ? bytes : throw new IOException($"{path} ends before its length of {bytes.Length}");
    }
}
