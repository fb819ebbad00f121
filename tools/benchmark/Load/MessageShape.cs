using System.Globalization;
using System.Text;
using RocketMQ.Client;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Benchmark.Load;

/// <summary>What the messages of a load look like, in the terms of Apache's benchmark flags.</summary>
internal sealed record MessageShape
{
    public int Size { get; init; } = 128;

    public bool HasKey { get; init; }

    /// <summary>Bytes of a property beside the client's own.</summary>
    public int PropertySize { get; init; }

    /// <summary>Tags that the messages take in turn; 0: no tag.</summary>
    public int TagCount { get; init; }

    public int DelayLevel { get; init; }

    /// <summary>Bodies from this size on are compressed; 0: none.</summary>
    public int CompressFrom { get; init; }

    public int CompressionLevel { get; init; } = ZlibBody.DefaultLevel;

    public bool IsCompressed => CompressFrom > 0 && Size >= CompressFrom;

    /// <summary>As it goes over the wire.</summary>
    public byte[] Body() => IsCompressed ? ZlibBody.Deflate(PlainBody(), CompressionLevel) : PlainBody();

    /// <summary>For a client of this project, which compresses by its <see cref="ProducerOptions"/>.</summary>
    /// <param name="topic">Where it goes.</param>
    /// <param name="number">Tells its key and its tag.</param>
    public Message Message(string topic, int number) => new(topic, PlainBody())
    {
        Keys = HasKey ? [$"key{number}"] : [],
        Tag = TagCount > 0 ? $"tag{number % TagCount}" : null,
        Properties = PropertySize > 0 ? new Dictionary<string, string> { ["a"] = new('a', PropertySize) } : [],
        DelayLevel = DelayLevel,
    };

    /// <summary>A producer whose messages look like this.</summary>
    public ProducerOptions Producer(string group, bool trace) => new()
    {
        Group = group,
        Trace = trace,
        CompressFromBytes = CompressFrom > 0 ? CompressFrom : int.MaxValue,
        CompressionLevel = CompressionLevel,
    };

    /// <param name="uniqueKey">The id that the client gives the message.</param>
    /// <param name="tag">Number of the message's tag.</param>
    public byte[] Properties(string uniqueKey, int tag)
    {
        var properties = new List<KeyValuePair<string, string>>();
        if (HasKey)
        {
            properties.Add(new(PropertyNames.Keys, uniqueKey));
        }

        if (PropertySize > 0)
        {
            properties.Add(new("a", new string('a', PropertySize)));
        }

        properties.Add(new(PropertyNames.UniqueKey, uniqueKey));
        if (DelayLevel > 0)
        {
            properties.Add(new("DELAY", DelayLevel.ToString(CultureInfo.InvariantCulture)));
        }

        properties.Add(new("WAIT", "true"));
        if (TagCount > 0)
        {
            properties.Add(new("TAGS", $"tag{tag}"));
        }

        return Encoding.UTF8.GetBytes(PropertyText.ToText(properties));
    }

    private byte[] PlainBody()
    {
        var body = new byte[Size];
        for (var i = 0; i < body.Length; i++)
        {
            body[i] = (byte)('a' + i % 26);
        }

        return body;
    }
}
