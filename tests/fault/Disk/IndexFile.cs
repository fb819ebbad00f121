using System.Buffers.Binary;

namespace RocketMQ.Fault.Tests.Disk;

/// <summary>An index file: 40 bytes of header, hash slots of 4 bytes, entries of 20; entry 0 is unused.</summary>
internal sealed class IndexFile(string name, byte[] file, int slots)
{
    private const int HeaderSize = 40;
    private const int EntrySize = 20;

    public string Name => name;

    /// <summary>Entries in use.</summary>
    public int Count => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(36)) - 1;

    /// <summary>Offsets in the log of the last record entered.</summary>
    public long EndOffset => BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(24));

    /// <summary>Key hash and log offset of every entry that the chain of its slot leads to. A chain leads back, entry by entry.</summary>
    public IEnumerable<(int Hash, long Offset)> Reachable(Findings findings)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            var last = int.MaxValue;
            for (var entry = Int(HeaderSize + slot * 4); entry > 0; entry = Int(At(entry) + 16))
            {
                if (entry > Count || entry >= last)
                {
                    findings.Add($"index {name}: the chain of slot {slot} leads from entry {last} to {entry} of {Count}");
                    break;
                }

                last = entry;
                findings.Check(Int(At(entry)) % slots == slot, $"index {name}: entry {entry} with hash {Int(At(entry))} is in the chain of slot {slot}");
                yield return (Int(At(entry)), OffsetOf(entry));
            }
        }
    }

    /// <summary>Java's String.hashCode, made positive.</summary>
    public static int HashOf(string key)
    {
        var hash = key.Aggregate(0, (current, unit) => unchecked(31 * current + unit));
        return hash == int.MinValue ? 0 : Math.Abs(hash);
    }

    private int At(int entry) => HeaderSize + slots * 4 + entry * EntrySize;

    private long OffsetOf(int entry) => BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(At(entry) + 4));

    private int Int(int at) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
}
