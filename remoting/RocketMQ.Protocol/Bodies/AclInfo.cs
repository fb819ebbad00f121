using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>What a user may do (5.3): bodies and replies of the codes 3006 to 3010.</summary>
public sealed record AclInfo : INamingBody
{
    public string? Subject { get; init; }
    public List<PolicyInfo>? Policies { get; init; }

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.User, Subject);
        foreach (var entry in (Policies ?? []).SelectMany(policy => policy.Entries ?? []))
        {
            NameRule.Check(NameKind.User, entry.Resource);
        }
    }
}
