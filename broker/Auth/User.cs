using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Auth;

/// <summary>Who may sign requests.</summary>
internal sealed record User(string Name, string Password, UserType Type, UserStatus Status)
{
    /// <summary>The password as the key of signatures.</summary>
    public byte[] Key { get; } = System.Text.Encoding.UTF8.GetBytes(Password);

    public static User From(UserInfo info) => new(
        info.Username ?? "",
        info.Password ?? "",
        info.UserType is { Length: > 0 } type ? AccessNames.Parse<UserType>(type, "user type") : UserType.Normal,
        info.UserStatus is { Length: > 0 } status ? AccessNames.Parse<UserStatus>(status, "user status") : UserStatus.Enable);

    /// <summary>As operators are told of a user. Super users are told the password, too: Apache's tools need it to copy users.</summary>
    public UserInfo ToInfo(bool withPassword) => new()
    {
        Username = Name,
        Password = withPassword ? Password : null,
        UserType = Type.ToString(),
        UserStatus = Status == UserStatus.Enable ? "enable" : "disable",
    };

    /// <summary>The password does not go where a record is printed.</summary>
    public override string ToString() => $"User:{Name} ({Type}, {Status})";
}
