using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Hosting;
using RocketMQ.NameServer;
using RocketMQ.Remoting;

namespace RocketMQ.Standalone;

/// <summary>The name server of this process, which is configured as the broker is.</summary>
internal static class StandaloneNameServer
{
    private const int DefaultPort = 9876;

    public static NameServer.NameServer Create(BrokerConfiguration configuration, int? port, ILoggerFactory loggers) => new(
        new NameServerOptions
        {
            BindAddress = configuration.Broker.BindAddress,
            ListenPort = port ?? DefaultPort,
            TransportType = configuration.Broker.TransportType,
            Tls = configuration.Broker.Tls,
            ProxyProtocolTrustedAddresses = configuration.Broker.ProxyProtocolTrustedAddresses,
            KvConfigPath = Path.Combine(configuration.Store.StorePathRootDir, "namesrv", "kvConfig.json"),
            ConfigStorePath = Path.Combine(configuration.Store.StorePathRootDir, "namesrv", "namesrv.properties"),
        },
        TimeProvider.System,
        loggers,
        Transports.Of(configuration.Broker.TransportType, loggers));

    /// <summary>Where brokers and clients reach it, <c>host:port</c>.</summary>
    public static string Address(BrokerConfiguration configuration, int port) => RemotingAddress.Format(IPAddress.Parse(configuration.Broker.BindAddress), port);
}
