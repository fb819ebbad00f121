using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Runs one mode against two brokers in turns, so that whatever else the machine does meets both alike.</summary>
internal sealed class CompareMode : Mode
{
    private readonly IReadOnlyList<Mode> _modes;
    private readonly Option<string> _a = new("--a", "-a") { Description = "Name server of broker A, host:port[,pid of the broker].", Required = true };
    private readonly Option<string> _b = new("--b", "-b") { Description = "Name server of broker B, likewise.", Required = true };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Runs against each.", DefaultValueFactory = _ => 5 };
    private readonly Argument<string[]> _run = new("run")
    {
        Description = "The mode and its flags, behind --; -n and --pid are filled in.", Arity = ArgumentArity.OneOrMore,
    };

    public CompareMode(IReadOnlyList<Mode> modes)
        : base("compare", "Runs a mode against two brokers in turns and compares.")
    {
        _modes = modes;
        Option[] own = [_a, _b, _rounds];
        Array.ForEach(own, Command.Options.Add);
        Command.Arguments.Add(_run);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var run = arguments.GetValue(_run)!;
        var mode = _modes.FirstOrDefault(m => m.Command.Name == run[0])
            ?? throw new BenchmarkException($"'{run[0]}' is no mode that can be compared; those are {string.Join(", ", _modes.Select(m => m.Command.Name))}.");
        var a = Parse(mode, arguments.GetValue(_a)!, run);
        var b = Parse(mode, arguments.GetValue(_b)!, run);
        var (ofA, ofB) = (new List<Report>(), new List<Report>());
        for (var round = 1; round <= arguments.GetValue(_rounds); round++)
        {
            // Who comes first alternates: the second run of a pair finds a warmer machine.
            if (round % 2 == 1)
            {
                ofA.Add(await RunOneAsync("A", a).ConfigureAwait(false));
                ofB.Add(await RunOneAsync("B", b).ConfigureAwait(false));
            }
            else
            {
                ofB.Add(await RunOneAsync("B", b).ConfigureAwait(false));
                ofA.Add(await RunOneAsync("A", a).ConfigureAwait(false));
            }
        }

        var figures = new Dictionary<string, double>();
        var table = new StringBuilder($"{"figure",-32} {"A",12} {"B",12} {"B/A",8}   spread of B/A");
        foreach (var comparison in Comparison.Of(ofA, ofB))
        {
            table.AppendLine().Append(comparison);
            figures[$"{comparison.Figure}.a"] = comparison.A;
            figures[$"{comparison.Figure}.b"] = comparison.B;
            figures[$"{comparison.Figure}.ratio"] = comparison.Ratio;
        }

        return new Report
        {
            Mode = "compare",
            Failures = ofA.Concat(ofB).Sum(r => r.Failures),
            FirstFailure = ofA.Concat(ofB).Select(r => r.FirstFailure).FirstOrDefault(f => f is not null),
            Figures = figures,
            Table = table.ToString(),
        };

        async Task<Report> RunOneAsync(string name, ParseResult parsed)
        {
            var report = await mode.RunAsync(parsed, TextWriter.Null, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {report.MessagesPerSecond:0}/s, p50 {report.LatencyMs?.P50:0.000} ms, p99 {report.LatencyMs?.P99:0.000} ms, broker {report.BrokerCpu?.MicrosPerMessage:0.00} µs/message, {report.Failures} failed"))
                .ConfigureAwait(false);
            return report;
        }
    }

    private static ParseResult Parse(Mode mode, string broker, string[] run)
    {
        var parts = broker.Split(',');
        string[] pid = parts.Length > 1 ? ["--pid", parts[1]] : [];
        var parsed = CommandLineParser.Parse(mode.Command, [.. run[1..], "-n", parts[0], .. pid]);
        return parsed.Errors.Count == 0
            ? parsed
            : throw new BenchmarkException(string.Join(' ', parsed.Errors.Select(e => e.Message)));
    }
}
