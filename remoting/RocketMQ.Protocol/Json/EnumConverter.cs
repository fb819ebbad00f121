using Newtonsoft.Json;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Protocol.Json;

/// <summary>Enums by Apache's name. A name nobody defined leaves the property as it was: newer clients bring new names.</summary>
internal sealed class EnumConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    private static readonly Dictionary<TEnum, string> Names = Enum.GetValues<TEnum>().ToDictionary(value => value, value => ApacheName.Of(value.ToString()));
    private static readonly Dictionary<string, TEnum> Values = Names.ToDictionary(name => name.Value, name => name.Key, StringComparer.OrdinalIgnoreCase);

    public override void WriteJson(JsonWriter writer, TEnum value, JsonSerializer serializer) => writer.WriteValue(Names[value]);

    public override TEnum ReadJson(JsonReader reader, Type objectType, TEnum existingValue, bool hasExistingValue, JsonSerializer serializer)
    {
        if (reader.TokenType is JsonToken.StartObject or JsonToken.StartArray)
        {
            throw new JsonSerializationException($"{reader.Path}: a name of {typeof(TEnum).Name} is expected.");
        }

        return reader.Value is string name && Values.TryGetValue(name, out var value) ? value : existingValue;
    }
}
