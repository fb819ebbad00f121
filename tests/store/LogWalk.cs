using System.Buffers.Binary;

namespace RocketMQ.Store.Tests;

/// <summary>
/// Reads a store's files knowing nothing but the layout: no code of the store is used, so the store is not judged by itself.
/// </summary>
internal static class LogWalk
{
    private const uint V1 = 0xDAA320A7;
    private const uint V2 = 0xDAA320AB;
    private const uint Blank = 0xCBD43194;

    /// <summary>The records of all commit log files, up to the first space never written.</summary>
    public static List<byte[]> Records(string store)
    {
        var records = new List<byte[]>();
        foreach (var path in Directory.GetFiles(Path.Combine(store, "commitlog")).Order(StringComparer.Ordinal))
        {
            var file = File.ReadAllBytes(path);
            var at = 0;
            while (at + 8 <= file.Length)
            {
                var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
                var magic = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 4));
                if (magic == Blank)
                {
                    Assert.That(size, Is.EqualTo(file.Length - at), "a blank reaches to its file's end");
                    break;
                }
                if (magic is not (V1 or V2))
                {
                    Assert.That(file.AsSpan(at).ContainsAnyExcept((byte)0), Is.False, $"{path}: nothing but zeros follows the last record at {at}");
                    return records;
                }
                records.Add(file[at..(at + size)]);
                at += size;
            }
        }
        return records;
    }

    /// <summary>Units of a queue, from its first file's start: offset in the log, size, tags code.</summary>
    public static List<(long Offset, int Size, long TagsCode)> Units(string store, string topic, int queueId)
    {
        var units = new List<(long, int, long)>();
        foreach (var path in Directory.GetFiles(Path.Combine(store, "consumequeue", topic, queueId.ToString())).Order(StringComparer.Ordinal))
        {
            var file = File.ReadAllBytes(path);
            for (var at = 0; at + 20 <= file.Length; at += 20)
            {
                var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 8));
                if (size == 0)
                {
                    Assert.That(file.AsSpan(at).ContainsAnyExcept((byte)0), Is.False, $"{path}: nothing but zeros follows the last unit at {at}");
                    return units;
                }
                units.Add((BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at)), size, BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at + 12))));
            }
        }
        return units;
    }
}
