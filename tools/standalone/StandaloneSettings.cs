using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Standalone.Replicas;

namespace RocketMQ.Standalone;

/// <summary>What the command line says.</summary>
internal sealed record StandaloneSettings
{
    public int? NameServerPort { get; init; }

    public int? BrokerPort { get; init; }

    public int? ControllerPort { get; init; }

    public string? Store { get; init; }

    public required string Listen { get; init; }

    public string? ConfigFile { get; init; }

    public LogLevel Level { get; init; }

    /// <summary>Brokers of the set; null: one that stands alone.</summary>
    public int? Replicas { get; init; }

    /// <summary>Which of them this process is, from 1 on; null: the one that starts them.</summary>
    public int? Replica { get; init; }

    /// <summary>The configuration file, with what the command line says on top.</summary>
    /// <exception cref="ConfigurationException">It can't be used.</exception>
    public BrokerConfiguration Configure()
    {
        if (!IPAddress.TryParse(Listen, out var address))
        {
            throw new ConfigurationException($"--listen {Listen} is not an IP address.");
        }

        var properties = BrokerHost.LoadFile(ConfigFile);
        var overrides = new Dictionary<string, string> { ["bindAddress"] = Listen };
        if (!properties.Entries.ContainsKey("brokerIP1"))
        {
            overrides["brokerIP1"] = Listen;
        }

        if (BrokerPort is { } port)
        {
            overrides["listenPort"] = port.ToString(CultureInfo.InvariantCulture);
        }

        if (Store is not null || !properties.Entries.ContainsKey("storePathRootDir"))
        {
            overrides["storePathRootDir"] = Path.GetFullPath(Store ?? "data");
        }

        if (!properties.Entries.ContainsKey("brokerName"))
        {
            overrides["brokerName"] = "broker-a";
        }

        if (Replicas is not null)
        {
            ReplicaKeys.Check(properties);
            overrides["enableControllerMode"] = "true";

            // Any free port is known when the controller listens there, and so to the brokers.
            overrides["controllerAddr"] = RemotingAddress.Format(address, ControllerPort is > 0 and var controller ? controller : ReplicaKeys.ControllerPort);
        }

        return BrokerConfiguration.Bind(properties.With(overrides));
    }
}
