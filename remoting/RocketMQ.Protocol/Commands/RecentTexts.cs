using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// Strings of a thread's last headers: topics, groups and broker names come again with every request, and need not be decoded into a new
/// string each time. A fixed number of short strings is kept; a newer one takes the place of the one with its hash.
/// </summary>
internal static class RecentTexts
{
    private const int Slots = 256;
    private const int MaxLength = 64;

    [ThreadStatic]
    private static string?[]? _slots;

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var slots = _slots ??= new string?[Slots];
        ref var slot = ref slots[Hash(utf8)];

        // Only text in ASCII compares equal, so a hit is the text itself.
        return slot is { } recent && Ascii.Equals(utf8, recent) ? recent : slot = Encoding.UTF8.GetString(utf8);
    }

    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)utf8.Length;
        foreach (var b in utf8)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)((hash ^ (hash >> 16)) % Slots);
    }
}
