using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using RocketMQ.Protocol.Names;

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
    private static Slot[]? _slots;

    private struct Slot
    {
        public string? Text;

        /// <summary>As what the text is known to be a legal name.</summary>
        public NameKind? Name;
    }

    public static string Get(ReadOnlySpan<byte> utf8) =>
        utf8.Length is 0 or > MaxLength ? Encoding.UTF8.GetString(utf8) : Find(utf8).Text!;

    /// <summary>As <see cref="Get"/>, of a legal name: one that comes again need not be looked at again.</summary>
    /// <exception cref="IllegalNameException">It is none.</exception>
    public static string GetName(NameKind kind, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return utf8.IsEmpty || NameRule.IsLegal(kind, utf8) ? Encoding.UTF8.GetString(utf8) : throw IllegalNameException.Of(kind, utf8);
        }

        ref var slot = ref Find(utf8);
        if (slot.Name != kind)
        {
            slot.Name = NameRule.IsLegal(kind, utf8) ? kind : throw IllegalNameException.Of(kind, utf8);
        }

        return slot.Text!;
    }

    /// <summary>The slot that holds the text, from now on if not before.</summary>
    private static ref Slot Find(ReadOnlySpan<byte> utf8)
    {
        var slots = _slots ??= new Slot[1 << SlotBits];
        ref var slot = ref slots[Hash(utf8)];

        // Only text in ASCII compares equal, so a hit is the text itself.
        if (slot.Text is not { } recent || !Ascii.Equals(utf8, recent))
        {
            slot = new Slot { Text = Encoding.UTF8.GetString(utf8) };
        }

        return ref slot;
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
