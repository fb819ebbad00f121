using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// Strings of a thread's last headers: topics, groups and broker names come again with every request, and need not be decoded into a new
/// string each time. A fixed number of short strings is kept; a newer one takes the place of the one with its hash.
/// </summary>
internal static class RecentTexts
{
    private const int SlotBits = 8;
    private const int MaxLength = 64;

    [ThreadStatic]
    private static string?[]? _slots;

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var slots = _slots ??= new string?[1 << SlotBits];
        ref var slot = ref slots[Hash(utf8)];

        // Only text in ASCII compares equal, so a hit is the text itself.
        return slot is { } recent && Ascii.Equals(utf8, recent) ? recent : slot = Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Of both ends alone: names differ there, and one that does not only costs a new string.</summary>
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        ulong ends = utf8.Length >= 8
            ? BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]), 29)
            : utf8.Length >= 4
                ? BinaryPrimitives.ReadUInt32LittleEndian(utf8) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(utf8[^4..]) << 32
                : utf8[0] | (ulong)utf8[^1] << 8;
        return (int)(((ends + (uint)utf8.Length) * 0x9E3779B97F4A7C15) >> (64 - SlotBits));
    }
}
