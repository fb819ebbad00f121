using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace RocketMQ.Fault.Tests.Capacity;

/// <summary>
/// Asks another .NET process for the size of its managed heap after a full collection, over the runtime's diagnostics socket: a session of the
/// event pipe whose one provider makes the collection and whose other one counts.
/// </summary>
internal static class ManagedHeap
{
    private const byte EventPipe = 2;
    private const byte CollectTracing = 2;
    private const long CollectHeap = 0x800000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>In MiB.</summary>
    public static async Task<double> CollectAsync(int processId)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{processId}-*-socket").Single();
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
        await socket.SendAsync(Request(), patience.Token);
        var heard = new List<byte>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, patience.Token);
            heard.AddRange(buffer.AsSpan(0, count));
            // The first count may be from before the collection.
            if (Counts(heard.ToArray()) is { Count: >= 3 } counts)
            {
                return counts[^1] * 1_000_000 / (1024 * 1024);
            }
        }
    }

    private static byte[] Request()
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        writer.Write(16);
        writer.Write(1);
        writer.Write(2);
        Provider(CollectHeap, 5, "Microsoft-Windows-DotNETRuntime", "");
        Provider(-1, 4, "System.Runtime", "EventCounterIntervalSec=1");
        var request = new byte[20 + body.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(request);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(14), (ushort)request.Length);
        request[16] = EventPipe;
        request[17] = CollectTracing;
        body.ToArray().CopyTo(request, 20);
        return request;

        void Provider(long keywords, int level, string name, string arguments)
        {
            writer.Write(keywords);
            writer.Write(level);
            Text(name);
            Text(arguments);
        }

        void Text(string text)
        {
            writer.Write(text.Length + 1);
            writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
        }
    }

    /// <summary>The counter's values in MB: each follows its two names.</summary>
    private static List<double> Counts(byte[] heard)
    {
        var names = Encoding.Unicode.GetBytes("gc-heap-size\0GC Heap Size\0");
        var counts = new List<double>();
        for (var at = heard.AsSpan().IndexOf(names); at >= 0;)
        {
            var value = at + names.Length;
            if (value + 8 > heard.Length)
            {
                break;
            }

            counts.Add(BinaryPrimitives.ReadDoubleLittleEndian(heard.AsSpan(value)));
            var next = heard.AsSpan(value).IndexOf(names);
            at = next < 0 ? -1 : value + next;
        }

        return counts;
    }
}
