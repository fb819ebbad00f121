using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.NameServer.Tests.Support;

/// <summary>Frames that passed between Apache's brokers, clients and name server; files are in the order they were sent.</summary>
internal static class Golden
{
    public static IEnumerable<string> Files(string capture) =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "golden", capture), "*.bin").Order(StringComparer.Ordinal);

    public static RemotingCommand Decode(byte[] frame)
    {
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(frame.AsMemory(4)), command), Is.Null);
        return command;
    }

    public static string Body(string capture, string number) =>
        Encoding.UTF8.GetString(Decode(File.ReadAllBytes(Files(capture).Single(f => Path.GetFileName(f).StartsWith(number, StringComparison.Ordinal)))).Body);
}
