using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Modes;

/// <summary>What this machine asks of a server that does nothing but answer: no broker can cost less per request.</summary>
internal sealed class FloorMode : Mode
{
    private const int BufferBytes = 256 * 1024;

    private readonly Option<int> _inFlight = new("--in-flight") { Description = "Requests kept unanswered.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _requests = new("--messages", "-q") { Description = "Requests.", DefaultValueFactory = _ => 50_000 };
    private readonly Option<int> _requestBytes = new("--request") { Description = "Bytes of a request: a send of 128 B by default.", DefaultValueFactory = _ => 560 };
    private readonly Option<int> _replyBytes = new("--reply") { Description = "Bytes of a reply; of a pull of 32 such messages about 10000.", DefaultValueFactory = _ => 330 };

    public FloorMode()
        : base("floor", "Measures what a server pays on this machine for being asked and answering, without a broker.")
    {
        Option[] own = [_inFlight, _requests, _requestBytes, _replyBytes];
        Array.ForEach(own, Command.Options.Add);
    }

    public override Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken) =>
        Task.Run(() => Run(arguments, cancellationToken), cancellationToken);

    private Report Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        var requests = Positive(arguments, _requests);
        var replyBytes = Positive(arguments, _replyBytes);
        using var peer = new EchoPeer(Positive(arguments, _requestBytes), replyBytes);
        TimeSpan took;
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            socket.Connect(peer.EndPoint);
            var started = Stopwatch.GetTimestamp();
            Ask(socket, requests, Positive(arguments, _inFlight), Positive(arguments, _requestBytes), replyBytes, cancellationToken);
            took = Stopwatch.GetElapsedTime(started);
        }

        peer.Join();
        return new Report
        {
            Mode = "floor",
            Seconds = took.TotalSeconds,
            Messages = requests,
            Figures = new Dictionary<string, double>
            {
                ["cpuMicrosPerRequest"] = peer.Cpu.TotalMicroseconds / requests,
                ["requestsPerReceive"] = (double)requests / Math.Max(1, peer.Receives),
            },
        };
    }

    private static void Ask(Socket socket, int requests, int inFlight, int requestBytes, int replyBytes, CancellationToken cancellationToken)
    {
        var output = new byte[inFlight * requestBytes];
        var input = new byte[BufferBytes];
        long received = 0;
        var asked = 0;
        while (received < (long)requests * replyBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var more = Math.Min(requests - asked, inFlight - (asked - (int)(received / replyBytes)));
            if (more > 0)
            {
                socket.Send(output, more * requestBytes, SocketFlags.None);
                asked += more;
            }

            received += socket.Receive(input);
        }
    }

    private static int Positive(ParseResult arguments, Option<int> option)
    {
        var value = arguments.GetValue(option);
        return value > 0 ? value : throw new BenchmarkException($"{option.Name} is {value}: it takes numbers from 1 on.");
    }
}
