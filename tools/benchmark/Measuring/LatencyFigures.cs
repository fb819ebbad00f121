namespace RocketMQ.Benchmark.Measuring;

/// <summary>Percentiles of a run's durations, in milliseconds.</summary>
internal sealed record LatencyFigures(double P50, double P90, double P99, double P999, double Max, double Mean)
{
    public static LatencyFigures? Of(LatencyHistogram histogram) =>
        histogram.Count == 0
            ? null
            : new LatencyFigures(
                Ms(histogram.PercentileNs(0.5)), Ms(histogram.PercentileNs(0.9)), Ms(histogram.PercentileNs(0.99)), Ms(histogram.PercentileNs(0.999)),
                Ms(histogram.MaxNs), Ms(histogram.MeanNs));

    private static double Ms(double ns) => ns / 1e6;
}
