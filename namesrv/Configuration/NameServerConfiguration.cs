using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.NameServer.Configuration;

/// <summary>A name server's configuration file, bound: the options, and the keys that change nothing here.</summary>
public sealed record NameServerConfiguration
{
    private readonly JavaProperties _properties;

    private NameServerConfiguration(NameServerOptions options, JavaProperties properties, IReadOnlyList<(string Key, string Instead)> ignored)
    {
        Options = options;
        _properties = properties;
        Ignored = ignored;
    }

    public NameServerOptions Options { get; init; }

    /// <summary>Keys that the file sets and this name server does not use, and what happens instead.</summary>
    public IReadOnlyList<(string Key, string Instead)> Ignored { get; }

    /// <param name="properties">The file.</param>
    /// <param name="others">Records of others that have keys in it.</param>
    /// <exception cref="ConfigurationException">A key is unknown or a value does not fit its key.</exception>
    public static NameServerConfiguration Bind(JavaProperties properties, params Type[] others)
    {
        var ignored = OptionsBinder.CheckKeys(properties, IgnoredKeys.Instead, "-p", [typeof(NameServerOptions), typeof(TlsOptions), .. others]);
        return new NameServerConfiguration(
            OptionsBinder.Bind<NameServerOptions>(properties) with { Tls = TlsOptions.Bind(properties) }, properties, ignored);
    }

    /// <summary>Writes every key, its value, source and default, and the keys that change nothing.</summary>
    public void Print(TextWriter output) => SettingsPrinter.Print(
        output, OptionsBinder.Describe(Options, _properties).Concat(Options.Tls.Describe(_properties)), Ignored, _properties);

    public void ReportIgnored(ILogger logger)
    {
        foreach (var (key, instead) in Ignored)
        {
            Log.KeyIgnored(logger, key, instead);
        }
    }
}
