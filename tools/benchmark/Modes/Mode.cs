using System.CommandLine;
using System.Net.Sockets;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Benchmark.Modes;

/// <summary>One measurement: its flags and how it is made.</summary>
internal abstract class Mode
{
    private readonly Option<FileInfo?> _out = new("--out") { Description = "File that the figures are written to, as JSON." };

    protected Mode(string name, string description)
    {
        Command = new Command(name, description) { _out };
        Command.SetAction(ActAsync);
    }

    public Command Command { get; }

    /// <summary>Makes the measurement.</summary>
    /// <param name="output">Takes progress.</param>
    /// <exception cref="BenchmarkException">It can't be made.</exception>
    public abstract Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken);

    private async Task<int> ActAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = arguments.InvocationConfiguration.Output;
        try
        {
            var report = await RunAsync(arguments, output, cancellationToken).ConfigureAwait(false);
            report = report with { Arguments = string.Join(' ', arguments.Tokens.Skip(1).Select(t => t.Value)) };
            await output.WriteLineAsync(report.ToString()).ConfigureAwait(false);
            if (arguments.GetValue(_out) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, report.ToJson(), cancellationToken).ConfigureAwait(false);
            }

            return report.Failures == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is BenchmarkException or SocketException or RemotingException or RocketMQException or FormatException or ConfigurationException)
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }
    }
}
