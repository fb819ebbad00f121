using System.Net;
using System.Runtime.CompilerServices;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending.Remoting;

/// <summary>The born host of what a connection sends, worked out once per connection.</summary>
internal static class ClientHosts
{
    private static readonly ConditionalWeakTable<RemotingConnection, StrongBox<MessageHost>> Hosts = [];

    public static MessageHost Of(RemotingConnection connection)
    {
        if (!Hosts.TryGetValue(connection, out var host))
        {
            host = new StrongBox<MessageHost>(MessageHost.From(connection.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.Loopback, 0)));
            Hosts.AddOrUpdate(connection, host);
        }

        return host.Value;
    }
}
