using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Options that every verb has.</summary>
internal static class CommonOptions
{
    public static Option<string?> NameServers { get; } = new("--namesrvAddr", "-n")
    {
        Description = "Name servers as host:port, joined by ';' (NAMESRV_ADDR, else 127.0.0.1:9876).",
        HelpName = "host:port",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Answer as JSON, for scripts.",
        Recursive = true,
    };

    public static Option<string?> AccessKey { get; } = new("--access-key")
    {
        Description = "The user that requests are signed as (ROCKETMQ_ACCESS_KEY, else conf/tools.yml of ROCKETMQ_HOME).",
        HelpName = "user",
        Recursive = true,
    };

    public static Option<string?> SecretKey { get; } = new("--secret-key")
    {
        Description = "The user's password (ROCKETMQ_SECRET_KEY, which no list of processes shows).",
        HelpName = "password",
        Recursive = true,
    };

    public static Option<bool> Tls { get; } = new("--tls")
    {
        Description = "Speak TLS to servers (ROCKETMQ_TLS_ENABLE=true).",
        Recursive = true,
    };

    public static Option<string[]> TlsSettings { get; } = new("--tls-setting", "-D")
    {
        Description = "A key of Apache's for TLS and its value, as tls.client.trustCertPath=ca.pem; again for another. tls.config.file names a file of them (ROCKETMQ_TLS_CONFIG_FILE).",
        HelpName = "key=value",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [NameServers, Json, AccessKey, SecretKey, Tls, TlsSettings];
}
