using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Remoting;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Starts a host again and again and measures until it takes the first message.</summary>
internal sealed partial class StartMode : Mode
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BeforeLooking = TimeSpan.FromSeconds(2);

    private readonly Option<string> _broker = new("--broker") { Description = "Where the broker will listen, host:port.", Required = true };
    private readonly Option<string> _topic = new("--topic", "-t") { Description = "Topic of the message.", DefaultValueFactory = _ => "BenchmarkTest" };
    private readonly Option<int> _runs = new("--runs") { Description = "Starts.", DefaultValueFactory = _ => 5 };
    private readonly Argument<string[]> _command = new("command")
    {
        Description = "Command that starts the host, behind --; {run} in it becomes the number of the start.", Arity = ArgumentArity.OneOrMore,
    };

    public StartMode()
        : base("start", "Starts a host and measures the time to its first accepted send.")
    {
        Option[] own = [_broker, _topic, _runs];
        Array.ForEach(own, Command.Options.Add);
        Command.Arguments.Add(_command);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var command = arguments.GetValue(_command)!;
        var address = arguments.GetValue(_broker)!;
        var starts = new LatencyHistogram();
        var resident = new List<double>();
        var cpuSeconds = new List<double>();
        for (var run = 1; run <= arguments.GetValue(_runs); run++)
        {
            var words = command.Select(w => w.Replace("{run}", run.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)).ToArray();
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await SendFirstAsync(address, arguments.GetValue(_topic)!, process, cancellationToken).ConfigureAwait(false);
                var elapsed = Stopwatch.GetElapsedTime(started);
                starts.Record(elapsed);
                await Task.Delay(BeforeLooking, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                var usage = ProcessUsage.Of(process.Id);
                resident.Add(usage.ResidentBytes / (1024.0 * 1024));
                cpuSeconds.Add(usage.CpuSeconds);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"start {run}: first send accepted after {elapsed.TotalMilliseconds:0} ms, resident {resident[^1]:0.0} MiB, CPU {usage.CpuSeconds:0.00} s")).ConfigureAwait(false);
            }
            finally
            {
                await StopAsync(process).ConfigureAwait(false);
            }
        }

        return new Report
        {
            Mode = "start",
            LatencyMs = LatencyFigures.Of(starts),
            Figures = new Dictionary<string, double> { ["residentMiB"] = Median(resident), ["cpuSeconds"] = Median(cpuSeconds) },
        };
    }

    private static async Task SendFirstAsync(string address, string topic, Process process, CancellationToken cancellationToken)
    {
        var frame = new SendFrame(new Target(address, "broker-a", topic, 1, 1), new MessageShape(), 0);
        var bytes = new byte[frame.Length];
        frame.Write(bytes, SendFrame.FirstOpaque, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0);
        var started = Stopwatch.GetTimestamp();
        while (!TrySend(address, bytes))
        {
            if (process.HasExited)
            {
                throw new BenchmarkException($"The host ended with code {process.ExitCode} instead of taking a message.");
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new BenchmarkException($"The host took no message at {address} within {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(Retry, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TrySend(string address, ReadOnlySpan<byte> frame)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(RemotingAddress.Parse(address));
            socket.Send(frame);
            Span<byte> reply = stackalloc byte[4096];
            var received = socket.Receive(reply);
            return received > 0 && new RawReply(reply[4..received]).Code == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task StopAsync(Process process)
    {
        if (!process.HasExited)
        {
            _ = Signal(process.Id, Terminate);
        }

        await process.WaitForExitAsync().ConfigureAwait(false);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
