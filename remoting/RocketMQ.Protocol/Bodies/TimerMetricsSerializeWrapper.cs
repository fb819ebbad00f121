namespace RocketMQ.Protocol.Bodies;

/// <summary><c>config/timermetrics</c>, and the reply to GET_TIMER_METRICS (61): the timers that wait, by topic.</summary>
public sealed record TimerMetricsSerializeWrapper
{
    public DataVersion? DataVersion { get; init; }

    public Dictionary<string, TimerMetric> TimingCount { get; init; } = [];
}
