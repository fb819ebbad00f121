namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to QUERY_CONSUME_QUEUE (321).</summary>
public sealed record QueryConsumeQueueResponseBody
{
    public SubscriptionData? SubscriptionData { get; init; }
    public string? FilterData { get; init; }
    public List<ConsumeQueueData>? QueueData { get; init; }
    public long MaxQueueIndex { get; init; }
    public long MinQueueIndex { get; init; }
}
