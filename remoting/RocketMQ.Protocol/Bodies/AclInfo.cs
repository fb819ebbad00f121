namespace RocketMQ.Protocol.Bodies;

/// <summary>What a user may do (5.3): bodies and replies of the codes 3006 to 3010.</summary>
public sealed record AclInfo
{
    public string? Subject { get; init; }
    public List<PolicyInfo>? Policies { get; init; }
}
