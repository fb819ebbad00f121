using System.Net;
using System.Net.Sockets;
using DotNetty.Transport.Channels;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.DotNetty;

/// <summary>Channels and event loops of DotNetty: what a server listens with when it is told to. What is read is served on the event loop that read it.</summary>
public sealed class DotNettyTransport : IConnectionTransport
{
    /// <summary>Of the process, as its thread pool is: servers share the event loops, and nobody has to end them.</summary>
    private static readonly Lazy<MultithreadEventLoopGroup> EventLoops = new(() => new MultithreadEventLoopGroup(Environment.ProcessorCount));

    public ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        new(SocketListener.Bind(endPoint, static socket => DotNettyConnection.Start(socket, EventLoops.Value)));

    /// <summary>A server connects to a few others: plain sockets do.</summary>
    /// <exception cref="SocketException">Nobody listens there, the name has no address, or the peer was gone at once.</exception>
    public ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) =>
        SocketTransport.Pooled.ConnectAsync(endPoint, cancellationToken);
}
