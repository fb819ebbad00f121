using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Replication;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Tls;
using RocketMQ.Store;

namespace RocketMQ.Broker.Configuration;

/// <summary>A broker's configuration file, bound: the broker's options, the store's, and the keys that change nothing here.</summary>
public sealed record BrokerConfiguration
{
    private const int MaxShutdownWaitSeconds = 3600;

    private static readonly Lazy<IReadOnlyDictionary<string, string>> KnownKeys = new(() => Load("ignored-keys.tsv"));
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Defaults = new(() => Load("apache-defaults.tsv"));

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

    /// <summary>The defaults of Apache's broker, of its keys that are no place or name of a machine.</summary>
    public static IReadOnlyDictionary<string, string> ApacheDefaults => Defaults.Value;

    /// <exception cref="ConfigurationException">A key is unknown or a value does not fit its key.</exception>
    public static BrokerConfiguration Bind(JavaProperties properties)
    {
        var ignored = Check(properties);
        var store = OptionsBinder.Bind<StoreOptions>(properties);
        store = store with
        {
            StorePathRootDir = string.IsNullOrEmpty(store.StorePathRootDir)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "store")
                : Path.GetFullPath(store.StorePathRootDir),
        };

        var broker = OptionsBinder.Bind<BrokerOptions>(properties) with
        {
            Tls = TlsOptions.Bind(properties), Replication = OptionsBinder.Bind<ReplicationOptions>(properties),
        };
        if (broker.Replication.BrokerRole == ConfiguredRole.Slave && broker.BrokerId < 1)
        {
            throw new ConfigurationException($"brokerRole=SLAVE with brokerId={broker.BrokerId}: a slave needs an id of its own within its set, brokerId=1 or more.");
        }

        if (broker.Replication is { EnableControllerMode: true, ControllerAddr.Length: 0 })
        {
            throw new ConfigurationException("enableControllerMode=true without controllerAddr: name the controllers, host:port joined by ';'.");
        }

        return new BrokerConfiguration(broker, store, properties, ignored);
    }

    /// <summary>Checks that every key is known, and the values that are more than a number or a word.</summary>
    /// <param name="properties">What was set.</param>
    /// <param name="listed">What shows all keys, for a key that is like none.</param>
    /// <returns>The keys that change nothing here, and what happens instead.</returns>
    /// <exception cref="ConfigurationException">A key is unknown or a value can't be used.</exception>
    public static IReadOnlyList<(string Key, string Instead)> Check(JavaProperties properties, string listed = "-p")
    {
        var ignored = OptionsBinder.CheckKeys(properties, IgnoredKeys, listed, typeof(BrokerOptions), typeof(StoreOptions), typeof(TlsOptions), typeof(ReplicationOptions));
        Check(properties, "bindAddress", value => IPAddress.TryParse(value, out _), "an IP address; 0.0.0.0 listens on all of them");
        Check(properties, "namesrvAddr", IsAddresses, "a name server, host:port, or several joined by ';', such as 127.0.0.1:9876");
        Check(properties, "controllerAddr", IsAddresses, "a controller, host:port, or several joined by ';', such as 127.0.0.1:9878");
        Check(properties, "haAllowedAddresses", AddressList.IsList, "a list of addresses and networks such as 127.0.0.1,10.0.0.0/8");
        Check(properties, "haMasterAddress", value => value.Length == 0 || RemotingAddress.IsAddress(value), "an address, host:port");
        Check(properties, "proxyProtocolTrustedAddresses", AddressList.IsList, "a list of addresses and networks such as 127.0.0.1,10.0.0.0/8");
        Check(properties, "splitRegistrationSize", value => IsWithin(value, 1, int.MaxValue), "a number of topics from 1 on");
        Check(properties, "shutdownWaitTimeSeconds", value => IsWithin(value, 0, MaxShutdownWaitSeconds), $"a number of seconds from 0 to {MaxShutdownWaitSeconds}");
        Check(properties, "messageDelayLevel", IsDelayLevels, "a list of delays such as 1s 5m 2h 1d");
        return ignored;
    }

    /// <summary>Writes every key, its value, source and default, and the keys that change nothing.</summary>
    public void Print(TextWriter output) => SettingsPrinter.Print(
        output, OptionsBinder.Describe(Broker, Properties).Concat(OptionsBinder.Describe(Store, Properties)).Concat(Broker.Tls.Describe(Properties)).Concat(OptionsBinder.Describe(Broker.Replication, Properties)), Ignored, Properties);

    public void ReportIgnored(ILogger logger)
    {
        foreach (var (key, instead) in Ignored)
        {
            Log.KeyIgnored(logger, key, instead);
        }
    }

    private static void Check(JavaProperties properties, string key, Func<string, bool> isUsable, string wanted)
    {
        if (properties.Entries.TryGetValue(key, out var entry) && !isUsable(entry.Value))
        {
            throw new ConfigurationException($"{(entry.Line > 0 ? $"{properties.Source} line {entry.Line}: " : "")}{key}={entry.Value} is not {wanted}.");
        }
    }

    private static bool IsAddresses(string text) => !text.Contains(',', StringComparison.Ordinal) && text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .All(RemotingAddress.IsAddress);

    private static bool IsWithin(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    private static bool IsDelayLevels(string text)
    {
        try
        {
            _ = DelayLevels.Parse(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>A resource of lines <c>key TAB text</c> with comments.</summary>
    private static Dictionary<string, string> Load(string name)
    {
        using var reader = new StreamReader(typeof(BrokerConfiguration).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.TrimEnd('\r').Split('\t'))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }
}
