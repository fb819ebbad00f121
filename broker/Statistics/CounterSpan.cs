namespace RocketMQ.Broker.Statistics;

/// <summary>How far back a rate looks.</summary>
public enum CounterSpan
{
    Minute,
    Hour,
    Day,
}
