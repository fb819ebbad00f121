namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to VIEW_BROKER_STATS_DATA (315).</summary>
public sealed record BrokerStatsData
{
    public BrokerStatsItem StatsMinute { get; init; } = new();
    public BrokerStatsItem StatsHour { get; init; } = new();
    public BrokerStatsItem StatsDay { get; init; } = new();
}
