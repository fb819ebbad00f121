using System.Text;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// Java's <c>String.hashCode</c>: 31·h + unit over UTF-16 units. Tags codes in consume queues and key hashes in index files are made of it.
/// </summary>
public static class JavaHash
{
    public static int Of(ReadOnlySpan<char> text)
    {
        var hash = 0;
        foreach (var unit in text)
        {
            hash = unchecked(31 * hash + unit);
        }
        return hash;
    }

    /// <summary>The hash of the string these UTF-8 bytes decode to; malformed bytes count as U+FFFD, as Java decodes them.</summary>
    public static int Of(ReadOnlySpan<byte> utf8) => Append(0, utf8);

    /// <summary>Continues a hash over more text, so that a joined key is hashed without being joined.</summary>
    public static int Append(int hash, ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            var unit = utf8[i];
            if (unit >= 0x80)
            {
                return AppendRunes(hash, utf8[i..]);
            }
            hash = unchecked(31 * hash + unit);
        }
        return hash;
    }

    private static int AppendRunes(int hash, ReadOnlySpan<byte> utf8)
    {
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            foreach (var unit in units[..rune.EncodeToUtf16(units)])
            {
                hash = unchecked(31 * hash + unit);
            }
            utf8 = utf8[consumed..];
        }
        return hash;
    }
}
