using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;

namespace RocketMQ.Broker.Configuration;

/// <summary>A broker's configuration file, bound: the broker's options, the store's, and the keys that change nothing here.</summary>
public sealed record BrokerConfiguration
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> KnownKeys = new(LoadIgnoredKeys);

    private BrokerConfiguration(
        BrokerOptions broker, StoreOptions store, JavaProperties properties, IReadOnlyList<(string Key, string Instead)> ignored)
    {
        Broker = broker;
        Store = store;
        Properties = properties;
        Ignored = ignored;
    }

    public BrokerOptions Broker { get; init; }

    public StoreOptions Store { get; init; }

    public JavaProperties Properties { get; }

    /// <summary>Keys that the file sets and this broker does not use, and what happens instead.</summary>
    public IReadOnlyList<(string Key, string Instead)> Ignored { get; }

    /// <summary>Apache's keys that are known here and change nothing, and what happens instead.</summary>
    public static IReadOnlyDictionary<string, string> IgnoredKeys => KnownKeys.Value;

    /// <exception cref="ConfigurationException">A key is unknown or a value does not fit its key.</exception>
    public static BrokerConfiguration Bind(JavaProperties properties)
    {
        var ignored = OptionsBinder.CheckKeys(properties, IgnoredKeys, typeof(BrokerOptions), typeof(StoreOptions));
        var store = OptionsBinder.Bind<StoreOptions>(properties);
        if (string.IsNullOrEmpty(store.StorePathRootDir))
        {
            store = store with
            {
                StorePathRootDir = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "store"),
            };
        }

        return new BrokerConfiguration(OptionsBinder.Bind<BrokerOptions>(properties), store, properties, ignored);
    }

    /// <summary>Writes every key, its value, source and default, and the keys that change nothing.</summary>
    public void Print(TextWriter output) => SettingsPrinter.Print(
        output, OptionsBinder.Describe(Broker, Properties).Concat(OptionsBinder.Describe(Store, Properties)), Ignored, Properties);

    public void ReportIgnored(ILogger logger)
    {
        foreach (var (key, instead) in Ignored)
        {
            Log.KeyIgnored(logger, key, instead);
        }
    }

    private static Dictionary<string, string> LoadIgnoredKeys()
    {
        using var reader = new StreamReader(typeof(BrokerConfiguration).Assembly.GetManifestResourceStream("ignored-keys.tsv")!);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => parts[1].TrimEnd('\r'), StringComparer.Ordinal);
    }
}
