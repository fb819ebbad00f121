using System.Buffers;
using System.Text;
using Newtonsoft.Json;

namespace RocketMQ.Protocol.Json;

/// <summary>
/// JSON as the Java side of RocketMQ (fastjson 1.x) writes and reads it. Written: properties in ordinal order, nulls left out, enums
/// by name. Read, beyond the standard: keys that are unquoted, numbers or whole objects, single quotes, comments, trailing commas and
/// text; unknown properties and nulls are passed over, so that a missing value is the default.
/// </summary>
public static class RemotingJson
{
    /// <summary>How deep a text may nest.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonSerializerSettings Settings = new()
    {
        ContractResolver = new FastjsonContractResolver(),
        NullValueHandling = NullValueHandling.Ignore,
        ObjectCreationHandling = ObjectCreationHandling.Replace,
        MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
        DateParseHandling = DateParseHandling.None,
        MaxDepth = MaxDepth,
        CheckAdditionalContent = false,
    };

    /// <summary>The value as UTF-8, without a byte-order mark.</summary>
    public static byte[] Serialize<T>(T value, JsonStyle style = JsonStyle.Compact) => Encoding.UTF8.GetBytes(SerializeToString(value, style));

    public static string SerializeToString<T>(T value, JsonStyle style = JsonStyle.Compact)
    {
        using var text = new StringWriter();
        using (var writer = new FastjsonWriter(text, style))
        {
            JsonSerializer.Create(Settings).Serialize(writer, value, typeof(T));
        }

        return text.ToString();
    }

    /// <inheritdoc cref="Deserialize{T}(string)"/>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8) => Deserialize<T>(Encoding.UTF8.GetString(utf8));

    /// <summary>A command's body, in as many segments as it came.</summary>
    /// <inheritdoc cref="Deserialize{T}(string)"/>
    public static T Deserialize<T>(in ReadOnlySequence<byte> utf8) => Deserialize<T>(Encoding.UTF8.GetString(utf8));

    /// <exception cref="RemotingJsonException">
    /// The text is empty, malformed, nested deeper than <see cref="MaxDepth"/>, or holds a value of another kind than its property.
    /// </exception>
    public static T Deserialize<T>(string text)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(ObjectKeys.Quote(text)));
            return JsonSerializer.Create(Settings).Deserialize<T>(reader)
                ?? throw new RemotingJsonException($"There is no {typeof(T).Name} in this JSON: it is empty or null.");
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            throw new RemotingJsonException($"This JSON is not a {typeof(T).Name}: {e.Message}", e);
        }
    }
}
