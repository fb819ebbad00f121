using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>What went between a master and a slave of Apache's, recorded: golden/VERSION-SCENARIO, one line for each piece that was read.</summary>
internal sealed class Recording
{
    private Recording(IReadOnlyList<byte[]> chunks, long firstReport)
    {
        Chunks = chunks;
        FirstReport = firstReport;
        Frames = Cut(chunks.SelectMany(chunk => chunk).ToArray());
    }

    /// <summary>What the master sent, in the pieces that were read.</summary>
    public IReadOnlyList<byte[]> Chunks { get; }

    /// <summary>What the slave said first; in recordings that begin later, what it said then.</summary>
    public long FirstReport { get; }

    /// <summary>The frames that carry something of the log.</summary>
    public IReadOnlyList<(long Offset, byte[] Bytes)> Frames { get; }

    /// <summary>The last connection that a recording has.</summary>
    public static Recording Load(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Replication", "golden", $"{name}.jsonl.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var chunks = new List<byte[]>();
        long? firstReport = null;
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var bytes = json.RootElement.TryGetProperty("hex", out var hex) ? Convert.FromHexString(hex.GetString()!) : [];
            switch (json.RootElement.GetProperty("dir").GetString())
            {
                case "event" when json.RootElement.GetProperty("event").GetString() == "open":
                    chunks.Clear();
                    firstReport = null;
                    break;
                case "m2s":
                    chunks.Add(bytes);
                    break;
                case "s2m":
                    firstReport ??= BinaryPrimitives.ReadInt64BigEndian(bytes);
                    break;
            }
        }

        return new Recording(chunks, firstReport ?? 0);
    }

    /// <summary>Cuts what a master sent into its frames; those without bytes are left out.</summary>
    public static IReadOnlyList<(long Offset, byte[] Bytes)> Cut(ReadOnlySpan<byte> sent)
    {
        var frames = new List<(long, byte[])>();
        while (sent.Length >= 12 && BinaryPrimitives.ReadInt32BigEndian(sent[8..]) is var size && sent.Length >= 12 + size)
        {
            if (size > 0)
            {
                frames.Add((BinaryPrimitives.ReadInt64BigEndian(sent), sent.Slice(12, size).ToArray()));
            }

            sent = sent[(12 + size)..];
        }

        return frames;
    }
}
