namespace RocketMQ.Broker.Metrics;

/// <summary>A histogram at a moment.</summary>
/// <param name="Bounds">Upper bounds, included, of all ranges but the last.</param>
/// <param name="Counts">How many values each range holds; one more than there are bounds.</param>
/// <param name="Sum">All values added up.</param>
public sealed record HistogramValue(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, double Sum)
{
    public long Count => Counts.Sum();
}
