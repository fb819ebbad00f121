namespace RocketMQ.MqAdmin.Auth;

/// <summary>Users and rules as tables.</summary>
internal static class UserTable
{
    public static void Write(Report report, IEnumerable<UserInfo> users) =>
        report.Table(
            "users",
            users,
            new("#UserName", "username", u => u.Username),
            new("#Password", "password", u => u.Password),
            new("#UserType", "userType", u => u.UserType),
            new("#UserStatus", "userStatus", u => u.UserStatus));
}
