using Microsoft.Extensions.Logging;
using RocketMQ.Controller;
using RocketMQ.Controller.Etcd;
using RocketMQ.Hosting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.NameServer.Host;

/// <summary>The controller that enableControllerInNamesrv starts beside the name server: of the same file, on a port of its own.</summary>
internal static class ControllerBeside
{
    /// <summary>Whose keys the file then may have.</summary>
    public static Type[] Records { get; } = [typeof(ControllerOptions), typeof(EtcdOptions)];

    /// <exception cref="ConfigurationException">A value does not fit, or the keys do not fit together.</exception>
    public static ControllerServer Create(JavaProperties properties, string? file, ILoggerFactory loggers)
    {
        // listenPort is the name server's: the controller's stands in controllerDLegerPeers.
        var options = OptionsBinder.Bind<ControllerOptions>(properties) with { ListenPort = new ControllerOptions().ListenPort, Tls = TlsOptions.Bind(properties) };
        options = file is null ? options : options with { ConfigStorePath = file };
        return new ControllerServer(
            options,
            ControllerStores.Of(options, OptionsBinder.Bind<EtcdOptions>(properties), TimeProvider.System, loggers),
            TimeProvider.System,
            loggers,
            Transports.Of(options.TransportType, loggers));
    }
}
