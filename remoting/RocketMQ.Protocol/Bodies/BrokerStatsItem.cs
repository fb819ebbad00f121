namespace RocketMQ.Protocol.Bodies;

/// <summary>A counter over a span.</summary>
public sealed record BrokerStatsItem
{
    public long Sum { get; init; }
    public double Tps { get; init; }

    /// <summary>Average of what was counted.</summary>
    public double Avgpt { get; init; }
}
