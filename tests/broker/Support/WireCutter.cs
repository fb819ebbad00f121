using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>
/// Sockets of a broker that can be cut off from everybody but its clients: whom it connects to, and who follows its log. What is cut is broken, and nothing
/// is let through until it is mended.
/// </summary>
internal sealed class WireCutter : IConnectionTransport
{
    private readonly ConcurrentDictionary<ITransportConnection, byte> _connections = new();
    private volatile bool _isCut;

    /// <summary>The replication port, once it is known.</summary>
    public int HaPort { get; set; }

    public void Cut()
    {
        _isCut = true;
        foreach (var connection in _connections.Keys)
        {
            connection.Abort("the wire is cut");
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        new Listener(this, await SocketTransport.Pooled.ListenAsync(endPoint, cancellationToken));

    public async ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        if (_isCut)
        {
            throw new SocketException((int)SocketError.NetworkUnreachable);
        }

        var connection = await SocketTransport.Pooled.ConnectAsync(endPoint, cancellationToken);
        _connections[connection] = 0;
        return connection;
    }

    private sealed class Listener(WireCutter owner, ITransportListener inner) : ITransportListener
    {
        public IPEndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null && EndPoint.Port == owner.HaPort)
            {
                owner._connections[connection] = 0;
                if (owner._isCut)
                {
                    connection.Abort("the wire is cut");
                }
            }

            return connection;
        }

        public ValueTask StopAsync() => inner.StopAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
