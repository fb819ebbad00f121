using System.Text;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// The properties of a message as text: <c>name 0x01 value 0x02</c>, repeated. 4.9 drops the last 0x02 and 5.x keeps it; both are read.
/// An entry without name, separator or value does not count.
/// </summary>
public static class PropertyText
{
    public const byte NameEnd = 1;
    public const byte ValueEnd = 2;

    /// <summary>
    /// Finds the value of a property without garbage. The last entry of a name wins, as in a map filled in order: so the name is looked for
    /// from the end. One search through the text finds most names absent, whatever the number of entries.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var before = name.IsEmpty ? default : properties;
        int start;
        while (!before.IsEmpty && (start = before.LastIndexOf(name)) >= 0)
        {
            var valueStart = start + name.Length + 1;
            if ((start == 0 || properties[start - 1] == ValueEnd) && valueStart < properties.Length && properties[valueStart - 1] == NameEnd)
            {
                value = properties[valueStart..];
                if (value.IndexOf(ValueEnd) is var length && length >= 0)
                {
                    value = value[..length];
                }
                if (!value.IsEmpty)
                {
                    return true;
                }
            }
            // The name may overlap with itself: only its first byte is passed.
            before = properties[..Math.Max(0, start + name.Length - 1)];
        }
        value = default;
        return false;
    }

    /// <summary>Enumerates the entries in order.</summary>
    public static PropertyEnumerator Enumerate(ReadOnlySpan<byte> properties) => new(properties);

    /// <summary>All entries as strings.</summary>
    public static Dictionary<string, string> ToDictionary(ReadOnlySpan<byte> properties)
    {
        var map = new Dictionary<string, string>();
        foreach (var entry in Enumerate(properties))
        {
            map[Encoding.UTF8.GetString(entry.Name)] = Encoding.UTF8.GetString(entry.Value);
        }
        return map;
    }

    /// <summary>The text of a map's entries, with a trailing 0x02 as 5.x writes it.</summary>
    public static string ToText(IEnumerable<KeyValuePair<string, string>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var text = new StringBuilder();
        foreach (var (name, value) in properties)
        {
            if (value is not null)
            {
                text.Append(name).Append((char)NameEnd).Append(value).Append((char)ValueEnd);
            }
        }
        return text.ToString();
    }

    /// <summary><see cref="ToText"/> in UTF-8.</summary>
    public static byte[] ToUtf8(IEnumerable<KeyValuePair<string, string>> properties) => Encoding.UTF8.GetBytes(ToText(properties));

    /// <summary>Length of two texts joined: a 0x02 goes between them when the first lacks its last.</summary>
    public static int JoinedLength(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.Length + second.Length + (NeedsSeparator(first, second) ? 1 : 0);

    /// <summary>Writes two texts joined; <see cref="JoinedLength"/> bytes.</summary>
    public static void WriteJoined(Span<byte> destination, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        first.CopyTo(destination);
        destination = destination[first.Length..];
        if (NeedsSeparator(first, second))
        {
            destination[0] = ValueEnd;
            destination = destination[1..];
        }
        second.CopyTo(destination);
    }

    private static bool NeedsSeparator(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        !first.IsEmpty && !second.IsEmpty && first[^1] != ValueEnd;
}
