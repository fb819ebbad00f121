using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Tls;

/// <summary>
/// TLS at both ends, by the names that Apache has for it as system properties. Here they are keys of broker.conf and namesrv.conf, and of the file
/// that <c>tls.config.file</c> names, which comes last.
/// </summary>
[Secrets(nameof(ServerKeyPassword), nameof(ClientKeyPassword))]
public sealed record TlsOptions
{
    /// <summary>Where Apache looks, and nobody minds when there is none.</summary>
    private const string DefaultConfigFile = "/etc/rocketmq/tls.properties";

    /// <summary>Keys that say whether there is TLS; the file says how.</summary>
    private static readonly string[] NotInFile = ["tls.config.file", "tls.server.mode", "tlsMode", "tls.enable", "useTLS"];

    /// <summary>A file with the other keys.</summary>
    [Key("tls.config.file")]
    public string ConfigFile { get; init; } = DefaultConfigFile;

    [Key("tls.server.mode", "tlsMode")]
    public TlsMode ServerMode { get; init; } = TlsMode.Permissive;

    /// <summary>A server that has no certificate makes one; without this it serves no TLS.</summary>
    [Key("tls.test.mode.enable")]
    public bool TestModeEnable { get; init; } = true;

    /// <summary>The server's certificate and those up to its authority, PEM.</summary>
    [Key("tls.server.certPath")]
    public string ServerCertPath { get; init; } = "";

    /// <summary>The key of that certificate, PEM: PKCS#8 or the older forms.</summary>
    [Key("tls.server.keyPath")]
    public string ServerKeyPath { get; init; } = "";

    [Key("tls.server.keyPassword")]
    public string ServerKeyPassword { get; init; } = "";

    [Key("tls.server.need.client.auth")]
    public ClientAuth ServerNeedClientAuth { get; init; } = ClientAuth.None;

    /// <summary>Whether clients' certificates are verified; unset: where <see cref="ServerTrustCertPath"/> says by what.</summary>
    [Key("tls.server.authClient")]
    public bool? ServerAuthClient { get; init; }

    /// <summary>The authorities of clients' certificates, PEM. Empty: the system's.</summary>
    [Key("tls.server.trustCertPath")]
    public string ServerTrustCertPath { get; init; } = "";

    /// <summary>Whether a client speaks TLS; unset: a server that enforces it speaks it to others, too.</summary>
    [Key("tls.enable", "useTLS")]
    public bool? Enable { get; init; }

    /// <summary>The client's certificate, for servers that ask for one.</summary>
    [Key("tls.client.certPath")]
    public string ClientCertPath { get; init; } = "";

    [Key("tls.client.keyPath")]
    public string ClientKeyPath { get; init; } = "";

    [Key("tls.client.keyPassword")]
    public string ClientKeyPassword { get; init; } = "";

    /// <summary>Whether servers' certificates are verified; unset: where <see cref="ClientTrustCertPath"/> says by what.</summary>
    [Key("tls.client.authServer")]
    public bool? ClientAuthServer { get; init; }

    /// <summary>The authorities of servers' certificates, PEM. Empty: the system's, and the name in the certificate must be the server's.</summary>
    [Key("tls.client.trustCertPath")]
    public string ClientTrustCertPath { get; init; } = "";

    /// <summary>Whether a client with these options speaks TLS.</summary>
    public bool IsClientEnabled => Enable ?? ServerMode == TlsMode.Enforcing;

    internal bool VerifiesClients => ServerAuthClient ?? ServerTrustCertPath.Length > 0;

    internal bool VerifiesServers => ClientAuthServer ?? ClientTrustCertPath.Length > 0;

    /// <summary>These properties' options, and over them those of the file they name.</summary>
    /// <exception cref="ConfigurationException">A value does not fit its key, or the file can't be read, has other keys, or is named and not there.</exception>
    public static TlsOptions Bind(JavaProperties properties)
    {
        var options = OptionsBinder.Bind<TlsOptions>(properties);
        return OptionsBinder.Bind(options.LoadFile(properties), options);
    }

    /// <summary>Every key as it stands and where it was said.</summary>
    public IEnumerable<OptionsBinder.Setting> Describe(JavaProperties properties)
    {
        var file = LoadFile(properties);
        return OptionsBinder.Describe(this, properties)
            .Zip(OptionsBinder.Describe(this, file), (own, ofFile) => file.Entries.ContainsKey(own.Key) ? ofFile : own);
    }

    private JavaProperties LoadFile(JavaProperties properties)
    {
        if (ConfigFile.Length == 0 || (!properties.Entries.ContainsKey("tls.config.file") && !File.Exists(ConfigFile)))
        {
            return JavaProperties.Empty;
        }

        var file = JavaProperties.Load(ConfigFile);
        if (file.Entries.FirstOrDefault(entry => NotInFile.Contains(entry.Key)) is { Key: { } key } entry)
        {
            throw new ConfigurationException($"{file.Source} line {entry.Value.Line}: {key} is not read from this file; say it where the file is named.");
        }

        OptionsBinder.CheckKeys(file, new Dictionary<string, string>(), "-p", typeof(TlsOptions));
        return file;
    }
}
