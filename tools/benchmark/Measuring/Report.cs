using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RocketMQ.Benchmark.Measuring;

/// <summary>What a run measured; written as JSON by <c>--out</c>, with these names in camel case.</summary>
internal sealed record Report
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public required string Mode { get; init; }

    /// <summary>The arguments of the run.</summary>
    public string Arguments { get; init; } = "";

    public double Seconds { get; init; }

    public long Messages { get; init; }

    public long Failures { get; init; }

    public string? FirstFailure { get; init; }

    public double MessagesPerSecond => Seconds > 0 ? Messages / Seconds : 0;

    public LatencyFigures? LatencyMs { get; init; }

    /// <summary>CPU time of the broker's process during the run; absent without <c>--pid</c>.</summary>
    public CpuFigures? BrokerCpu { get; init; }

    /// <summary>Figures of one mode alone, by name with the unit last.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>What is printed instead of the figures one by one.</summary>
    [JsonIgnore]
    public string? Table { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Style);

    /// <summary>Every figure of the run by name, for a comparison.</summary>
    public IEnumerable<(string Name, double Value)> AllFigures()
    {
        if (Messages > 0)
        {
            yield return ("messagesPerSecond", MessagesPerSecond);
        }

        if (LatencyMs is { } latency)
        {
            yield return ("latencyMs.p50", latency.P50);
            yield return ("latencyMs.p99", latency.P99);
            yield return ("latencyMs.p999", latency.P999);
            yield return ("latencyMs.max", latency.Max);
        }

        if (BrokerCpu is { MicrosPerMessage: > 0 } cpu)
        {
            yield return ("brokerCpu.microsPerMessage", cpu.MicrosPerMessage);
        }

        foreach (var (name, value) in Figures)
        {
            yield return (name, value);
        }
    }

    public override string ToString()
    {
        if (Table is not null)
        {
            return Table;
        }

        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        if (Messages + Failures > 0)
        {
            Line($"[Complete] {Mode}: {Messages} messages in {Seconds:0.00} s, {MessagesPerSecond:0} per second, {Failures} failed{(FirstFailure is null ? "" : $" ({FirstFailure})")}");
        }

        if (LatencyMs is { } latency)
        {
            Line($"latency ms   p50 {latency.P50:0.000}  p90 {latency.P90:0.000}  p99 {latency.P99:0.000}  p99.9 {latency.P999:0.000}  max {latency.Max:0.000}  mean {latency.Mean:0.000}");
        }

        if (BrokerCpu is { } cpu)
        {
            Line($"broker CPU   {cpu.MicrosPerMessage:0.00} µs per message (user {cpu.UserSeconds:0.00} s, system {cpu.SystemSeconds:0.00} s), resident {cpu.ResidentMiB:0.0} MiB");
        }

        foreach (var (name, value) in Figures)
        {
            Line($"{name,-40} {value:0.###}");
        }

        return text.ToString().TrimEnd();
    }
}
