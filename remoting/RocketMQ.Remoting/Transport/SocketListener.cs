using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>A listening socket. What becomes of those it accepts is up to a transport.</summary>
public sealed class SocketListener : ITransportListener
{
    /// <summary>Connections that may wait to be accepted: a restarted server's clients come at once.</summary>
    private const int Backlog = 1024;

    private readonly Socket _socket;
    private readonly Func<Socket, ITransportConnection> _start;

    private SocketListener(Socket socket, Func<Socket, ITransportConnection> start)
    {
        _socket = socket;
        _start = start;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <param name="endPoint">Where to listen; port 0 takes any free one.</param>
    /// <param name="start">Makes a connection of a socket, or throws a <see cref="SocketException"/> where the peer is gone again: then the next one is accepted.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not this machine's.</exception>
    public static SocketListener Bind(IPEndPoint endPoint, Func<Socket, ITransportConnection> start)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                // All addresses are those of both kinds.
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new SocketListener(socket, start);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                return _start(socket);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException) when (socket is not null)
            {
                // Gone again before anybody could ask who it was.
                socket.Dispose();
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // Gone again while it waited.
            }
        }
    }

    public ValueTask StopAsync()
    {
        _socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => StopAsync();
}
