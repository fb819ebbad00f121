namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to QUERY_CONSUME_TIME_SPAN (303).</summary>
public sealed record QueryConsumeTimeSpanBody
{
    public List<QueueTimeSpan> ConsumeTimeSpanSet { get; init; } = [];
}
