using System.Net;
using RocketMQ.Benchmark.Load;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>Message records.</summary>
internal static class Records
{
    public const string Topic = "BenchmarkTest";

    private static readonly MessageHost Host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));
    private static readonly byte[] Properties = new MessageShape().Properties("0123456789ABCDEF0123456789ABCDEF", 0);

    public static MessageDraft Draft(byte[] body) => new()
    {
        Topic = Topic, BornTimestamp = 1_700_000_000_000, BornHost = Host, StoreHost = Host, Body = body, Properties = Properties,
    };

    public static IOperation Encode(int size)
    {
        var body = new byte[size];
        var record = new byte[MessageRecordWriter.Size(Draft(body), Topic.Length)];
        return new Plain(() => MessageRecordWriter.Write(record, Draft(body), "BenchmarkTest"u8, MessageCrc.OfBody(body), 1, 2, 3));
    }
}
