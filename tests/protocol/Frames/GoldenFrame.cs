using System.IO.Compression;
using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Tests.Frames;

/// <summary>A frame as it crossed the wire, and what its recorder noted of it.</summary>
internal sealed record GoldenFrame(string File, byte[] Bytes, JObject Noted)
{
    public bool IsResponse => (string?)Noted["kind"] == "response";

    /// <summary>The code of the request, also where this is its response.</summary>
    public int RequestCode => (int)(Noted["requestCode"] ?? Noted["code"])!;

    public Dictionary<string, string>? Fields => Noted["extFields"] is JObject fields
        ? fields.Properties().ToDictionary(each => each.Name, each => (string)each.Value!)
        : null;

    public static IReadOnlyList<GoldenFrame> All(string set)
    {
        using var archive = ZipFile.OpenRead(Golden.PathOf($"frames-{set}.zip"));
        using var index = new StreamReader(archive.GetEntry("index.json")!.Open());
        return [.. JArray.Parse(index.ReadToEnd()).Cast<JObject>().Select(noted => Read(archive, noted))];
    }

    public RemotingCommand Decode()
    {
        var command = new RemotingCommand();
        var error = CommandCodec.Decode(new(Bytes.AsMemory(4)), command);
        Assert.That(error, Is.Null, File);
        return command;
    }

    private static GoldenFrame Read(ZipArchive archive, JObject noted)
    {
        var file = (string)noted["file"]!;
        using var content = archive.GetEntry(file)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return new GoldenFrame(file, bytes.ToArray(), noted);
    }
}
