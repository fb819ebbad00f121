using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Standalone.Replicas;

/// <summary>How brokers of one configuration stand beside each other on one machine.</summary>
internal static class ReplicaKeys
{
    public const int Fewest = 2;

    public const int Most = 5;

    /// <summary>Where the controller listens unless it is told otherwise.</summary>
    public const int ControllerPort = 9878;

    /// <summary>From each port of a broker to that of the next one.</summary>
    private const int PortsApart = 10;

    /// <summary>Places of files that all would share, one master for ever, and what lets nobody be elected.</summary>
    private static readonly string[] NotForAll =
        ["storePathCommitLog", "readOnlyCommitLogStorePaths", "storePathEpochFile", "storePathBrokerIdentity", "haMasterAddress", "asyncLearner"];

    /// <exception cref="ConfigurationException">A key can't be the same for all brokers.</exception>
    public static void Check(JavaProperties properties)
    {
        foreach (var key in NotForAll)
        {
            if (properties.Entries.TryGetValue(key, out var entry))
            {
                throw new ConfigurationException($"{properties.Source} line {entry.Line}: {key} can't be the same for all brokers of a set. Leave it out with --replicas.");
            }
        }
    }

    /// <summary>The directory of a broker's store.</summary>
    public static string Folder(BrokerConfiguration all, int number) => Path.Combine(all.Store.StorePathRootDir, $"replica-{number}");

    /// <param name="all">What is configured for all.</param>
    /// <param name="number">The broker's, from 1 on.</param>
    /// <exception cref="ConfigurationException">Its ports are none.</exception>
    public static BrokerConfiguration Of(BrokerConfiguration all, int number)
    {
        var broker = all.Broker;
        return BrokerConfiguration.Bind(all.Properties.With(new Dictionary<string, string>
        {
            ["storePathRootDir"] = Folder(all, number),
            ["listenPort"] = Port(broker.ListenPort),
            ["haListenPort"] = Port(broker.HaListenPort),
            ["metricsPromExporterPort"] = Port(broker.MetricsPromExporterPort),
        }));

        // 0 takes any free one, or the one beside another: so it does for each.
        string Port(int first) => (first == 0 ? 0 : first + (PortsApart * (number - 1))).ToString(CultureInfo.InvariantCulture);
    }
}
