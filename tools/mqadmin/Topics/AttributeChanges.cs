namespace RocketMQ.MqAdmin.Topics;

/// <summary>Attributes to set and to remove, as topics and groups take them: <c>+key=value,-key</c>.</summary>
internal static class AttributeChanges
{
    /// <returns>The keys with their sign; removed ones have an empty value.</returns>
    /// <exception cref="UsageException">A part is neither.</exception>
    public static Dictionary<string, string> Parse(string? text)
    {
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? part : part[..equals];
            var isSet = key.Length > 1 && key[0] == '+' && equals > 0;
            var isRemoved = key.Length > 1 && key[0] == '-' && equals < 0;
            if (!isSet && !isRemoved)
            {
                throw new UsageException($"'{part}' is neither +key=value, which sets an attribute, nor -key, which removes one.");
            }

            changes[key] = isSet ? part[(equals + 1)..] : "";
        }

        return changes;
    }
}
