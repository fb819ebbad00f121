

namespace RocketMQ.Broker.Statistics;

/// <summary>What a counter counted within a span.</summary>
/// <param name="Sum">How much.</param>
/// <param name="Times">How often.</param>
/// <param name="PerSecond">How much a second.</param>
public readonly record struct CounterRate(long Sum, long Times, double PerSecond)
{
    /// <summary>How much each time.</summary>
    public double Average => Times > 0 ? (double)Sum / Times : 0;
}
