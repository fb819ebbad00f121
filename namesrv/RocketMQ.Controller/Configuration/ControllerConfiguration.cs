using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.Controller.Configuration;

/// <summary>A controller's configuration file, bound: the options, and the keys that change nothing here.</summary>
public sealed record ControllerConfiguration
{
    private readonly JavaProperties _properties;

    private ControllerConfiguration(ControllerOptions options, JavaProperties properties, IReadOnlyList<(string Key, string Instead)> ignored)
    {
        Options = options;
        _properties = properties;
        Ignored = ignored;
    }

    public ControllerOptions Options { get; init; }

    /// <summary>Keys that the file sets and this controller does not use, and what happens instead.</summary>
    public IReadOnlyList<(string Key, string Instead)> Ignored { get; }

    /// <param name="properties">The file.</param>
    /// <param name="others">Records of others that have keys in it.</param>
    /// <exception cref="ConfigurationException">A key is unknown or a value does not fit its key.</exception>
    public static ControllerConfiguration Bind(JavaProperties properties, params Type[] others)
    {
        var ignored = OptionsBinder.CheckKeys(properties, IgnoredKeys.Instead, "-p", [typeof(ControllerOptions), typeof(TlsOptions), .. others]);
        return new ControllerConfiguration(
            OptionsBinder.Bind<ControllerOptions>(properties) with { Tls = TlsOptions.Bind(properties) }, properties, ignored);
    }

    /// <summary>Writes every key, its value, source and default, and the keys that change nothing.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="others">Settings of others that have keys in the file.</param>
    public void Print(TextWriter output, IEnumerable<OptionsBinder.Setting> others) => SettingsPrinter.Print(
        output, OptionsBinder.Describe(Options, _properties).Concat(others).Concat(Options.Tls.Describe(_properties)), Ignored, _properties);

    public void ReportIgnored(ILogger logger)
    {
        foreach (var (key, instead) in Ignored)
        {
            Log.KeyIgnored(logger, key, instead);
        }
    }
}
