using System.Net;
using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker;

/// <summary>Where a broker listens and what it announces.</summary>
/// <param name="Bind">The address it listens on.</param>
/// <param name="Announced">The address that clients are told.</param>
/// <param name="Port">The port of both.</param>
/// <param name="HaPort">The port that slaves come to.</param>
internal sealed record BrokerPlace(IPAddress Bind, IPAddress Announced, int Port, int HaPort)
{
    /// <summary>For clients, <c>host:port</c>.</summary>
    public string Address => RemotingAddress.Format(Announced, Port);

    public MessageHost StoreHost => MessageHost.From(new IPEndPoint(Announced, Port));

    public static BrokerPlace Of(BrokerOptions options, IPAddress bind, int port, int haPort) => new(bind, Resolve(options.BrokerIP1, bind), port, haPort);

    /// <summary>For replication.</summary>
    public string HaAddress(BrokerOptions options) => RemotingAddress.Format(
        Resolve(options.BrokerIP2.Length > 0 ? options.BrokerIP2 : options.BrokerIP1, Bind), HaPort);

    /// <summary>Where to listen for slaves: at haListenPort, or else one above listenPort; where that is any free port, at another.</summary>
    public static int WantedHaPort(BrokerOptions options) =>
        options.HaListenPort > 0 ? options.HaListenPort : options.ListenPort > 0 ? options.ListenPort + 1 : 0;

    private static IPAddress Resolve(string configured, IPAddress bind) =>
        configured.Length > 0 ? RemotingAddress.Resolve(configured)
        : bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any) ? RemotingAddress.LocalAddress()
        : bind;
}
