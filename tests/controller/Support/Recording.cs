using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Controller.Tests.Support;

/// <summary>What passed between Apache's brokers, its tools and its controller, in the order it did.</summary>
internal static class Recording
{
    /// <param name="AtMs">Since the recording began.</param>
    /// <param name="Connection">Of the recording.</param>
    /// <param name="What">request, answer, notice, open, eof-req, eof-srv, or what was done to the processes.</param>
    /// <param name="Command">The frame.</param>
    public sealed record Step(int AtMs, int Connection, string What, RemotingCommand? Command);

    public static IEnumerable<Step> Read(string name)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", $"{name}.jsonl.gz")), CompressionMode.Decompress);
        using var lines = new StreamReader(file);
        while (lines.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var step = json.RootElement;
            var what = step.GetProperty("event").GetString()!;
            yield return new Step(
                step.GetProperty("ms").GetInt32(),
                step.GetProperty("conn").GetInt32(),
                what == "did" ? step.GetProperty("what").GetString()! : what,
                step.TryGetProperty("frame", out var frame) ? Decode(Convert.FromHexString(frame.GetString()!)) : null);
        }
    }

    /// <summary>All of an answer but who wrote it.</summary>
    public static string Describe(RemotingCommand command)
    {
        var fields = command.Fields?.ToDictionary().OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $" {each.Key}={each.Value}") ?? [];
        return $"{command.Code} [{command.Remark}]{string.Concat(fields)} {Encoding.UTF8.GetString(command.Body)}";
    }

    private static RemotingCommand Decode(byte[] frame)
    {
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(frame.AsMemory(4)), command), Is.Null);
        return command;
    }
}
