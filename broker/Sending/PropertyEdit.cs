using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>Changes to a properties text. Each makes a copy: they serve the rare paths (retries, dead letters, delays out of range).</summary>
public static class PropertyEdit
{
    /// <summary>The text with one property set, replacing the one it had.</summary>
    public static ReadOnlySpan<byte> Set(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var rest = Remove(properties, name);
        var entry = new byte[name.Length + value.Length + 2];
        name.CopyTo(entry);
        entry[name.Length] = PropertyText.NameEnd;
        value.CopyTo(entry.AsSpan(name.Length + 1));
        entry[^1] = PropertyText.ValueEnd;
        var result = new byte[PropertyText.JoinedLength(rest, entry)];
        PropertyText.WriteJoined(result, rest, entry);
        return result;
    }

    /// <summary>The text without a property; the same span when it had none.</summary>
    public static ReadOnlySpan<byte> Remove(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name)
    {
        if (!PropertyText.TryFind(properties, name, out _))
        {
            return properties;
        }

        var result = new byte[properties.Length];
        var length = 0;
        foreach (var entry in PropertyText.Enumerate(properties))
        {
            if (entry.Name.SequenceEqual(name))
            {
                continue;
            }

            entry.Name.CopyTo(result.AsSpan(length));
            length += entry.Name.Length;
            result[length++] = PropertyText.NameEnd;
            entry.Value.CopyTo(result.AsSpan(length));
            length += entry.Value.Length;
            result[length++] = PropertyText.ValueEnd;
        }

        return result.AsSpan(0, length);
    }
}
