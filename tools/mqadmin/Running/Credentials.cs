using System.CommandLine;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Whom requests are signed as: the command line says so, else the environment, else the file that Apache's tools have.</summary>
internal static class Credentials
{
    private const string File = "conf/tools.yml";

    /// <returns><see langword="null"/> when nobody says.</returns>
    /// <exception cref="UsageException">One of the two keys is missing.</exception>
    public static AccessCredentials? Find(ParseResult arguments, Func<string, string?> environment)
    {
        var accessKey = arguments.GetValue(CommonOptions.AccessKey) ?? environment("ROCKETMQ_ACCESS_KEY");
        var secretKey = arguments.GetValue(CommonOptions.SecretKey) ?? environment("ROCKETMQ_SECRET_KEY");
        var token = environment("ROCKETMQ_SECURITY_TOKEN");
        if (accessKey is null && secretKey is null && environment("ROCKETMQ_HOME") is { Length: > 0 } home)
        {
            var settings = Settings(Path.Combine(home, File));
            (accessKey, secretKey) = (settings.GetValueOrDefault("accessKey"), settings.GetValueOrDefault("secretKey"));
            token ??= settings.GetValueOrDefault("securityToken");
        }

        return (accessKey, secretKey) switch
        {
            (null, null) => null,
            (null, _) => throw new UsageException("There is a secret key but no access key: give --access-key too."),
            (_, null) => throw new UsageException("There is an access key but no secret key: give --secret-key too, or set ROCKETMQ_SECRET_KEY."),
            _ => new AccessCredentials(accessKey, secretKey, token),
        };
    }

    /// <summary>The file holds nothing but <c>name: value</c> lines and comments.</summary>
    private static Dictionary<string, string> Settings(string path) =>
        !System.IO.File.Exists(path)
            ? []
            : System.IO.File.ReadLines(path)
                .Select(line => line.Trim())
                .Where(line => !line.StartsWith('#') && line.Contains(':', StringComparison.Ordinal))
                .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .DistinctBy(pair => pair[0])
                .ToDictionary(pair => pair[0], pair => pair[1].Trim('"', '\''));
}
