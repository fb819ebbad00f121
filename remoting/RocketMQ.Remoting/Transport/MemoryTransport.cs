using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>
/// A network of its own within the process, for tests and for a broker that is embedded: whoever shares the instance can reach each other, and
/// nobody else can. Every address is its own; a name is <c>localhost</c> or unknown.
/// </summary>
public sealed class MemoryTransport : IConnectionTransport
{
    /// <summary>Below those that a system gives away: a port here looks like one there.</summary>
    private const int FirstFreePort = 49_152;

    private readonly ConcurrentDictionary<IPEndPoint, MemoryListener> _listeners = new();
    private int _freePorts;

    public ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries <= IPEndPoint.MaxPort; tries++)
        {
            var listener = new MemoryListener(this, endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, FreePort()) : endPoint);
            if (_listeners.TryAdd(listener.EndPoint, listener))
            {
                return new(listener);
            }

            if (endPoint.Port != 0)
            {
                break;
            }
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    public ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = endPoint switch
        {
            IPEndPoint ip => ip,
            DnsEndPoint dns when dns.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) => new IPEndPoint(IPAddress.Loopback, dns.Port),
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
        var own = address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        return Find(address)?.TryConnect(new IPEndPoint(own, FreePort()), address) is { } connection
            ? new(connection)
            : throw new SocketException((int)SocketError.ConnectionRefused);
    }

    internal void Remove(MemoryListener listener) => _listeners.TryRemove(KeyValuePair.Create(listener.EndPoint, listener));

    private MemoryListener? Find(IPEndPoint address) =>
        _listeners.TryGetValue(address, out var listener)
        || _listeners.TryGetValue(new IPEndPoint(IPAddress.Any, address.Port), out listener)
        || _listeners.TryGetValue(new IPEndPoint(IPAddress.IPv6Any, address.Port), out listener)
            ? listener
            : null;

    private int FreePort() =>
        FirstFreePort + (int)((uint)Interlocked.Increment(ref _freePorts) % (IPEndPoint.MaxPort - FirstFreePort + 1));
}
