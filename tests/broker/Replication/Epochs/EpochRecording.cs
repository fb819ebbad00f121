using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using RocketMQ.Broker.Replication.Epochs;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>What brokers of Apache's said to each other in a controller's set, recorded by connection; one word, or frame, is one piece.</summary>
internal sealed class EpochRecording
{
    private readonly List<(int Connection, bool IsMasters, byte[] Bytes)> _words = [];

    public static EpochRecording Load(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Replication", "Epochs", "golden", $"{name}.jsonl.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var recording = new EpochRecording();
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            recording._words.Add((
                json.RootElement.GetProperty("conn").GetInt32(), json.RootElement.GetProperty("dir").GetString() == "m2s",
                Convert.FromHexString(json.RootElement.GetProperty("hex").GetString()!)));
        }

        return recording;
    }

    public IReadOnlyList<byte[]> Master(int connection) => [.. _words.Where(word => word.Connection == connection && word.IsMasters).Select(word => word.Bytes)];

    public IReadOnlyList<byte[]> Slave(int connection) => [.. _words.Where(word => word.Connection == connection && !word.IsMasters).Select(word => word.Bytes)];

    /// <summary>The frames that carry something of the log.</summary>
    public IReadOnlyList<(EpochFrame Head, byte[] Bytes)> Frames(int connection) => [.. Master(connection).Where(IsFrame).Select(Frame).Where(frame => frame.Head.Size > 0)];

    public static (EpochFrame Head, byte[] Bytes) Frame(byte[] word) => (EpochFrame.Read(word), word[EpochFrame.HeadSize..]);

    /// <summary>The epochs of a master's answer to a handshake.</summary>
    public static IReadOnlyList<EpochEntry> Entries(byte[] answer)
    {
        var entries = new List<EpochEntry>();
        for (var at = MasterHandshake.HeadSize; at < answer.Length; at += MasterHandshake.EntrySize)
        {
            entries.Add(MasterHandshake.ReadEntry(answer.AsSpan(at)));
        }

        return entries;
    }

    private static bool IsFrame(byte[] word) => BinaryPrimitives.ReadInt32BigEndian(word) == (int)HaState.Transfer;
}
