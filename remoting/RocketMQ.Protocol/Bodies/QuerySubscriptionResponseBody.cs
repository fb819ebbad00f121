namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to QUERY_SUBSCRIPTION_BY_CONSUMER (345).</summary>
public sealed record QuerySubscriptionResponseBody
{
    public SubscriptionData? SubscriptionData { get; init; }
    public string? Group { get; init; }
    public string? Topic { get; init; }
}
