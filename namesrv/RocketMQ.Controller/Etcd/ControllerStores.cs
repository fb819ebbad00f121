using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Storage;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Etcd;

/// <summary>The store that a configuration names.</summary>
public static class ControllerStores
{
    /// <exception cref="ConfigurationException">The keys do not fit together.</exception>
    public static IControllerStore Of(ControllerOptions options, EtcdOptions etcd, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.ControllerType != ControllerType.Etcd)
        {
            return ControllerServer.FileStore(options);
        }

        var peers = Peers.Of(options);
        return peers.SelfAddress is { } address
            ? new EtcdControllerStore(etcd, options.ControllerDLegerGroup, peers.SelfId, address, time, loggers)
            : throw new ConfigurationException("controllerType=Etcd needs controllerDLegerPeers: where brokers reach each controller, as id-host:port joined by semicolons.");
    }
}
