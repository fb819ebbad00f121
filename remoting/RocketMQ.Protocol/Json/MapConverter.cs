using System.Globalization;
using Newtonsoft.Json;

namespace RocketMQ.Protocol.Json;

/// <summary>
/// Maps whose keys are texts, integers or objects. Null values are left out, as fastjson does writing, and reading for the sake of
/// whoever walks the map.
/// </summary>
internal sealed class MapConverter<TKey, TValue> : JsonConverter<Dictionary<TKey, TValue>>
    where TKey : notnull
{
    public override void WriteJson(JsonWriter writer, Dictionary<TKey, TValue>? value, JsonSerializer serializer)
    {
        var output = (FastjsonWriter)writer;
        output.WriteStartMap(hasTextKeys: typeof(TKey) == typeof(string));
        foreach (var (key, item) in value!)
        {
            if (item is null)
            {
                continue;
            }

            switch (key)
            {
                case string text:
                    output.WritePropertyName(text);
                    break;
                case int or long:
                    output.WriteBareName(string.Create(CultureInfo.InvariantCulture, $"{key}"));
                    break;
                default:
                    output.WriteBareName(RemotingJson.SerializeToString(key));
                    break;
            }

            serializer.Serialize(writer, item, typeof(TValue));
        }

        output.WriteEndObject();
    }

    public override Dictionary<TKey, TValue>? ReadJson(
        JsonReader reader, Type objectType, Dictionary<TKey, TValue>? existingValue, bool hasExistingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonToken.StartObject)
        {
            throw new JsonSerializationException($"{reader.Path}: a map is expected, found {reader.TokenType}.");
        }

        var map = new Dictionary<TKey, TValue>();
        while (reader.Read() && reader.TokenType != JsonToken.EndObject)
        {
            if (reader.TokenType == JsonToken.Comment)
            {
                continue;
            }

            var key = ParseKey((string)reader.Value!, reader);
            if (ReadItem(reader, serializer) is { } item)
            {
                map[key] = item;
            }
        }

        return map;
    }

    private static TValue? ReadItem(JsonReader reader, JsonSerializer serializer)
    {
        if (typeof(TValue) == typeof(string))
        {
            // Asked for as a text, a number or a boolean comes as it is spelt.
            return (TValue?)(object?)reader.ReadAsString();
        }

        reader.Read();
        return serializer.Deserialize<TValue>(reader);
    }

    private static TKey ParseKey(string text, JsonReader reader)
    {
        if (typeof(TKey) == typeof(string))
        {
            return (TKey)(object)text;
        }

        if (typeof(TKey) == typeof(int) && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            return (TKey)(object)number;
        }

        if (typeof(TKey) == typeof(long) && long.TryParse(text, CultureInfo.InvariantCulture, out var longNumber))
        {
            return (TKey)(object)longNumber;
        }

        return text.TrimStart().StartsWith('{')
            ? RemotingJson.Deserialize<TKey>(text)
            : throw new JsonSerializationException($"{reader.Path}: a key of type {typeof(TKey).Name} is expected.");
    }
}
