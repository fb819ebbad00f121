using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>
/// The compressed form of <see cref="RegisterBrokerBody"/>: a zlib stream of parts, each an int32 length and UTF-8 text. First the
/// data version as JSON; a count, then as many topics as <c>name readQueues writeQueues perm filterType attributes</c>; the filter
/// servers as a JSON list; and from version 5.0.0 on a count and as many queue mappings as JSON.
/// </summary>
public static class CompressedRegisterBrokerBody
{
    /// <summary>What a body may unfold to: a request is at most 16 MiB, and names do not compress a hundredfold.</summary>
    public const int MaxUnfoldedBytes = 256 * 1024 * 1024;

    public static byte[] Write(RegisterBrokerBody body)
    {
        var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var topics = body.TopicConfigSerializeWrapper;
            WritePart(zlib, RemotingJson.Serialize(topics.DataVersion));
            WriteInt(zlib, topics.TopicConfigTable.Count);
            foreach (var topic in topics.TopicConfigTable.Values)
            {
                WritePart(zlib, Encoding.UTF8.GetBytes(Format(topic)));
            }

            WritePart(zlib, RemotingJson.Serialize(body.FilterServerList));
            WriteInt(zlib, topics.TopicQueueMappingInfoMap.Count);
            foreach (var mapping in topics.TopicQueueMappingInfoMap.Values)
            {
                WritePart(zlib, RemotingJson.Serialize(mapping));
            }
        }

        return output.ToArray();
    }

    /// <param name="body">The zlib stream.</param>
    /// <param name="version">The version of the request that carried it (<see cref="MqVersion"/>).</param>
    /// <exception cref="RemotingJsonException">The stream is damaged, ends early, or unfolds beyond <see cref="MaxUnfoldedBytes"/>.</exception>
    public static RegisterBrokerBody Read(ReadOnlySpan<byte> body, int version)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            return Read(new PartReader(zlib), version);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new RemotingJsonException($"The compressed registration is damaged: {e.Message}", e);
        }
    }

    private static RegisterBrokerBody Read(PartReader parts, int version)
    {
        var dataVersion = RemotingJson.Deserialize<DataVersion>(parts.ReadPart());
        var topics = new Dictionary<string, TopicConfig>();
        for (var remaining = parts.ReadInt(); remaining > 0; remaining--)
        {
            var topic = Parse(Encoding.UTF8.GetString(parts.ReadPart()));
            topics[topic.TopicName] = topic;
        }

        var filterServers = RemotingJson.Deserialize<List<string>>(parts.ReadPart());
        var mappings = new Dictionary<string, TopicQueueMappingInfo>();
        for (var remaining = version >= MqVersion.V5_0_0 ? parts.ReadInt() : 0; remaining > 0; remaining--)
        {
            var mapping = RemotingJson.Deserialize<TopicQueueMappingInfo>(parts.ReadPart());
            mappings[mapping.Topic ?? throw new RemotingJsonException("A queue mapping of the compressed registration names no topic.")] = mapping;
        }

        return new RegisterBrokerBody
        {
            FilterServerList = filterServers,
            TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
            {
                DataVersion = dataVersion,
                TopicConfigTable = topics,
                TopicQueueMappingInfoMap = mappings,
            },
        };
    }

    private static string Format(TopicConfig topic) => string.Create(
        CultureInfo.InvariantCulture,
        $"{topic.TopicName} {topic.ReadQueueNums} {topic.WriteQueueNums} {topic.Perm} {ApacheName.Of(topic.TopicFilterType.ToString())} {RemotingJson.SerializeToString(topic.Attributes)}");

    private static TopicConfig Parse(string text)
    {
        var words = text.Split(' ', 6);
        if (words.Length < 5
            || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var readQueues)
            || !int.TryParse(words[2], CultureInfo.InvariantCulture, out var writeQueues)
            || !int.TryParse(words[3], CultureInfo.InvariantCulture, out var perm))
        {
            throw new RemotingJsonException($"'{text}' in the compressed registration is not a topic with two queue counts, a permission and a filter type.");
        }

        return new TopicConfig
        {
            TopicName = words[0],
            ReadQueueNums = readQueues,
            WriteQueueNums = writeQueues,
            Perm = perm,
            TopicFilterType = words[4] == "MULTI_TAG" ? TopicFilterType.MultiTag : TopicFilterType.SingleTag,
            Attributes = words.Length == 6 && words[5].Length > 0 ? RemotingJson.Deserialize<Dictionary<string, string>>(words[5]) : [],
        };
    }

    private static void WritePart(Stream output, byte[] part)
    {
        WriteInt(output, part.Length);
        output.Write(part);
    }

    private static void WriteInt(Stream output, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        output.Write(bytes);
    }

    private sealed class PartReader(Stream input)
    {
        private long _remainingBytes = MaxUnfoldedBytes;

        public int ReadInt()
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            input.ReadExactly(bytes);
            return BinaryPrimitives.ReadInt32BigEndian(bytes);
        }

        public byte[] ReadPart()
        {
            var length = ReadInt();
            _remainingBytes -= sizeof(int) + (long)length;
            if (length < 0 || _remainingBytes < 0)
            {
                throw new RemotingJsonException(
                    $"A part of the compressed registration gives its length as {length}; all of it may unfold to {MaxUnfoldedBytes} bytes.");
            }

            // Grown as it comes, so that a stated length alone reserves nothing.
            var part = new MemoryStream();
            Span<byte> chunk = stackalloc byte[4096];
            while (part.Length < length)
            {
                var read = input.Read(chunk[..(int)Math.Min(chunk.Length, length - part.Length)]);
                if (read == 0)
                {
                    throw new EndOfStreamException("it ends inside a part.");
                }

                part.Write(chunk[..read]);
            }

            return part.ToArray();
        }
    }
}
