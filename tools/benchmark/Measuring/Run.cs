using System.Diagnostics;
using System.Globalization;

namespace RocketMQ.Benchmark.Measuring;

/// <summary>Runs a load twice, first to warm up and then to measure, with a line of progress now and then.</summary>
/// <param name="output">Takes the progress.</param>
internal sealed class Run(RunSettings settings, TextWriter output)
{
    /// <summary>A load: works until the budget is used up, telling the tallies what it does.</summary>
    public delegate Task Load(Budget budget, IReadOnlyList<Tally> tallies);

    /// <param name="mode">Name in the report.</param>
    /// <param name="workers">Tallies the load gets.</param>
    public async Task<Report> MeasureAsync(string mode, int workers, Load load, CancellationToken cancellationToken)
    {
        if (settings.WarmUp > 0)
        {
            using var warmUp = new Budget(settings.WarmUp, TimeSpan.Zero, cancellationToken);
            await load(warmUp, Tallies(workers)).ConfigureAwait(false);
        }

        var tallies = Tallies(workers);
        using var budget = new Budget(settings.Messages, settings.Duration, cancellationToken);
        using var finished = new CancellationTokenSource();
        var before = settings.Pid is { } pid ? ProcessUsage.Of(pid) : default;
        var started = Stopwatch.GetTimestamp();
        var progress = ShowProgressAsync(tallies, finished.Token);
        await load(budget, tallies).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = settings.Pid is { } same ? ProcessUsage.Of(same) : default;
        await finished.CancelAsync().ConfigureAwait(false);
        await progress.ConfigureAwait(false);
        var messages = tallies.Sum(t => t.Completed);
        return new Report
        {
            Mode = mode,
            Seconds = elapsed.TotalSeconds,
            Messages = messages,
            Failures = tallies.Sum(t => t.Failed),
            FirstFailure = tallies.Select(t => t.FirstFailure).FirstOrDefault(f => f is not null),
            LatencyMs = LatencyFigures.Of(Sum(tallies)),
            BrokerCpu = settings.Pid is null ? null : CpuFigures.Between(before, after, messages),
        };
    }

    private static Tally[] Tallies(int workers) => [.. Enumerable.Range(0, workers).Select(_ => new Tally())];

    private static LatencyHistogram Sum(IEnumerable<Tally> tallies)
    {
        var sum = new LatencyHistogram();
        foreach (var tally in tallies)
        {
            sum.Add(tally.Latency);
        }

        return sum;
    }

    private async Task ShowProgressAsync(Tally[] tallies, CancellationToken finished)
    {
        long last = 0;
        var lastAt = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(settings.ReportInterval, TimeProvider.System, finished).ConfigureAwait(false);
                var completed = tallies.Sum(t => t.Completed);
                var rate = (completed - last) / Stopwatch.GetElapsedTime(lastAt).TotalSeconds;
                (last, lastAt) = (completed, Stopwatch.GetTimestamp());
                var latency = LatencyFigures.Of(Sum(tallies));
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{TimeProvider.System.GetLocalNow():HH:mm:ss} | TPS: {rate:0} | total: {completed} | ms p50 {latency?.P50:0.000} p90 {latency?.P90:0.000} p99 {latency?.P99:0.000} p99.9 {latency?.P999:0.000} max {latency?.Max:0.000} | failed: {tallies.Sum(t => t.Failed)}"))
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
