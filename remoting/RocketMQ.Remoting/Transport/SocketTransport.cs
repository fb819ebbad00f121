using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>The system's sockets with a pipe on each side, and nothing but the plain runtime.</summary>
public sealed class SocketTransport : IConnectionTransport
{
    private readonly PipeScheduler _scheduler;

    private SocketTransport(PipeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>What is read is served on the thread that read it: for code that never blocks.</summary>
    public static SocketTransport Inline { get; } = new(PipeScheduler.Inline);

    /// <summary>What is read is served on the thread pool: for code that may do anything.</summary>
    public static SocketTransport Pooled { get; } = new(PipeScheduler.ThreadPool);

    /// <summary>A server's default: it answers many, in few threads.</summary>
    public ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        new(SocketListener.Bind(endPoint, socket => SocketConnection.Start(socket, _scheduler)));

    public async ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = endPoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return SocketConnection.Start(socket, _scheduler);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
