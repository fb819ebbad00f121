using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Transport;
using RocketMQ.Transport.DotNetty;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Hosting;

/// <summary>The transport that a configuration file names.</summary>
public static class Transports
{
    public static IConnectionTransport Of(TransportType type, ILoggerFactory loggers) => type switch
    {
        TransportType.Dotnetty => DotNetty(),
        _ => new KestrelTransport(loggers),
    };

    /// <summary>Apart, so that its libraries are loaded where it is asked for and nowhere else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DotNettyTransport DotNetty() => new();
}
