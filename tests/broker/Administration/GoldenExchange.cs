using System.IO.Compression;
using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Tests.Administration;

/// <summary>A request that one of Apache's tools sent to Apache's broker, and what that answered; see tests/protocol/golden.</summary>
internal sealed record GoldenExchange(RemotingCommand Request, RemotingCommand Response)
{
    /// <param name="set">4.9 or 5.3.3.</param>
    /// <param name="number">The number that the request's file begins with.</param>
    public static GoldenExchange Read(string set, int number)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", $"frames-{set}-json.zip"));
        using var text = new StreamReader(archive.GetEntry("index.json")!.Open());
        var frames = JArray.Parse(text.ReadToEnd()).Cast<JObject>().ToList();
        var request = frames.Single(f => ((string)f["file"]!).StartsWith($"{number:D4}-", StringComparison.Ordinal));
        var response = frames.Single(f =>
            (string?)f["kind"] == "response" && (string?)f["conn"] == (string?)request["conn"] && (int)f["opaque"]! == (int)request["opaque"]!);
        return new GoldenExchange(Decode(archive, request), Decode(archive, response));
    }

    /// <summary>The request as it was recorded, to be sent to another broker.</summary>
    public RemotingCommand Again() =>
        new() { Code = Request.Code, Language = Request.Language, Version = Request.Version, Fields = Request.Fields, Body = Request.Body };

    private static RemotingCommand Decode(ZipArchive archive, JObject frame)
    {
        using var content = archive.GetEntry((string)frame["file"]!)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new(bytes.ToArray().AsMemory(4)), command), Is.Null);
        return command;
    }
}
