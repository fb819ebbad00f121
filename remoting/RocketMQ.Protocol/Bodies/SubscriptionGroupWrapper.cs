namespace RocketMQ.Protocol.Bodies;

/// <summary><c>subscriptionGroup.json</c>, and the reply to GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201).</summary>
public sealed record SubscriptionGroupWrapper
{
    public Dictionary<string, SubscriptionGroupConfig> SubscriptionGroupTable { get; init; } = [];

    /// <summary>5.x: per group and topic, the bits that are forbidden.</summary>
    public Dictionary<string, Dictionary<string, int>>? ForbiddenTable { get; init; }

    public DataVersion DataVersion { get; init; } = new();
}
