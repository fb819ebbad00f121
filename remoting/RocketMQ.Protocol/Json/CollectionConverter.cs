using Newtonsoft.Json;

namespace RocketMQ.Protocol.Json;

/// <summary>Collections without nulls, which nobody who walks them expects.</summary>
internal abstract class CollectionConverter<TCollection, TItem>(bool onOneLine) : JsonConverter<TCollection>
    where TCollection : class, ICollection<TItem>, new()
{
    public override void WriteJson(JsonWriter writer, TCollection? value, JsonSerializer serializer)
    {
        ((FastjsonWriter)writer).WriteStartList(onOneLine);
        foreach (var item in value!)
        {
            serializer.Serialize(writer, item, typeof(TItem));
        }

        writer.WriteEndArray();
    }

    public override TCollection? ReadJson(
        JsonReader reader, Type objectType, TCollection? existingValue, bool hasExistingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonToken.StartArray)
        {
            throw new JsonSerializationException($"{reader.Path}: a list is expected, found {reader.TokenType}.");
        }

        var collection = new TCollection();
        while (reader.Read() && reader.TokenType != JsonToken.EndArray)
        {
            if (reader.TokenType != JsonToken.Comment && serializer.Deserialize<TItem>(reader) is { } item)
            {
                collection.Add(item);
            }
        }

        return collection;
    }
}

/// <summary>Lists: one item a line in the pretty form.</summary>
internal sealed class ListConverter<TItem>() : CollectionConverter<List<TItem>, TItem>(onOneLine: false);

/// <summary>Sets: all items on one line in the pretty form, as fastjson's are.</summary>
internal sealed class SetConverter<TItem>() : CollectionConverter<HashSet<TItem>, TItem>(onOneLine: true);
