using System.Buffers.Binary;

namespace RocketMQ.MqAdmin.Store;

/// <summary>One index file: its header, and the records its entries name.</summary>
internal sealed record IndexListing(string Path, long BeginTimestamp, long EndTimestamp, long BeginOffset, long EndOffset, int UsedSlots, int NextEntry)
{
    private const int HeaderBytes = 40;
    private const int EntryBytes = 20;

    /// <summary>Entries are counted from 1.</summary>
    public int EntryCount => Math.Max(0, NextEntry - 1);

    public static IndexListing Load(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[HeaderBytes];
        RandomAccess.Read(handle, header, 0);
        return new(
            path,
            BinaryPrimitives.ReadInt64BigEndian(header),
            BinaryPrimitives.ReadInt64BigEndian(header[8..]),
            BinaryPrimitives.ReadInt64BigEndian(header[16..]),
            BinaryPrimitives.ReadInt64BigEndian(header[24..]),
            BinaryPrimitives.ReadInt32BigEndian(header[32..]),
            BinaryPrimitives.ReadInt32BigEndian(header[36..]));
    }

    /// <summary>Of each entry, its number and where in the log its record begins.</summary>
    /// <param name="entriesAt">Where in the file entry 0, which is unused, stands.</param>
    public IEnumerable<(int Entry, long PhysicalOffset)> Entries(long entriesAt)
    {
        using var handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[EntryBytes * 4096];
        for (var entry = 1; entry < NextEntry;)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, (long)(NextEntry - entry) * EntryBytes)), entriesAt + (long)entry * EntryBytes);
            if (read < EntryBytes)
            {
                yield break;
            }

            for (var i = 0; i + EntryBytes <= read; i += EntryBytes)
            {
                yield return (entry++, BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(i + 4)));
            }
        }
    }
}
