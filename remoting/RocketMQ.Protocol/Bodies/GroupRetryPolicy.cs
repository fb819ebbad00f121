namespace RocketMQ.Protocol.Bodies;

/// <summary>5.x: how long a message waits before its next attempt.</summary>
public sealed record GroupRetryPolicy
{
    public GroupRetryPolicyType Type { get; init; } = GroupRetryPolicyType.Customized;
    public ExponentialRetryPolicy? ExponentialRetryPolicy { get; init; }
    public CustomizedRetryPolicy? CustomizedRetryPolicy { get; init; }
}
