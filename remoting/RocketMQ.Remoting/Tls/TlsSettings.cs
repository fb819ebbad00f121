using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Tls;

/// <summary>What a tool is told of TLS: on its command line, or else by its environment.</summary>
public static class TlsSettings
{
    /// <summary>The variable that turns TLS on, <c>true</c>.</summary>
    public const string EnableVariable = "ROCKETMQ_TLS_ENABLE";

    /// <summary>The variable that names a file of the other keys.</summary>
    public const string FileVariable = "ROCKETMQ_TLS_CONFIG_FILE";

    /// <param name="isOn">Whether the command line turns TLS on.</param>
    /// <param name="settings">Keys of <see cref="TlsOptions"/> on the command line, <c>key=value</c>: one alone turns TLS on, too.</param>
    /// <param name="environment">The variables.</param>
    /// <returns>Null where nobody speaks of TLS.</returns>
    /// <exception cref="ConfigurationException">A setting has no value, or no key or value that is known, or a file can't be used.</exception>
    public static TlsOptions? Find(bool isOn, IEnumerable<string> settings, Func<string, string?> environment)
    {
        var given = settings.Select(Split).ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);
        if (environment(FileVariable) is { Length: > 0 } file)
        {
            given.TryAdd("tls.config.file", file);
        }

        if (isOn || given.Count > 0)
        {
            given.TryAdd("tls.enable", "true");
        }
        else if (environment(EnableVariable) is { Length: > 0 } enable)
        {
            given.TryAdd("tls.enable", enable);
        }

        if (given.Count == 0)
        {
            return null;
        }

        var properties = JavaProperties.Empty.With(given);
        OptionsBinder.CheckKeys(properties, new Dictionary<string, string>(), "conf/broker.conf", typeof(TlsOptions));
        return TlsOptions.Bind(properties);
    }

    private static KeyValuePair<string, string> Split(string setting) =>
        setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            ? KeyValuePair.Create(setting[..end].Trim(), setting[(end + 1)..])
            : throw new ConfigurationException($"'{setting}' is no key=value, such as tls.client.trustCertPath=ca.pem.");
}
