namespace RocketMQ.Protocol.Bodies;

/// <summary>How many timers, or half messages, of a topic wait, and when that last changed (ms since 1970).</summary>
public sealed record TimerMetric
{
    public long Count { get; init; }

    public long TimeStamp { get; init; }
}
