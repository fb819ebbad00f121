using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>A listening socket.</summary>
internal sealed class SocketListener : ITransportListener
{
    /// <summary>Connections that may wait to be accepted: a restarted server's clients come at once.</summary>
    private const int Backlog = 1024;

    private readonly Socket _socket;
    private readonly PipeScheduler _scheduler;

    private SocketListener(Socket socket, PipeScheduler scheduler)
    {
        _socket = socket;
        _scheduler = scheduler;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <exception cref="SocketException">The port is taken, or the address is not this machine's.</exception>
    public static SocketListener Bind(IPEndPoint endPoint, PipeScheduler scheduler)
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
            return new SocketListener(socket, scheduler);
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
                return SocketConnection.Start(socket, _scheduler);
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
