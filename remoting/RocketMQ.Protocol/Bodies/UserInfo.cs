using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>A user of the broker (5.3): bodies and replies of the codes 3001 to 3005.</summary>
public sealed record UserInfo : INamingBody
{
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string? UserType { get; init; }
    public string? UserStatus { get; init; }

    void INamingBody.CheckNames() => NameRule.Check(NameKind.User, Username);
}
