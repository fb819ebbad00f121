namespace RocketMQ.Protocol.Bodies;

/// <summary>A subscription that a group's configuration fixes.</summary>
public sealed record SimpleSubscriptionData
{
    public string? Topic { get; init; }
    public string? ExpressionType { get; init; }
    public string? Expression { get; init; }
    public long Version { get; init; }
}
