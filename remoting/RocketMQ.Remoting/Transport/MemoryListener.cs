using System.Net;
using System.Threading.Channels;

namespace RocketMQ.Remoting.Transport;

/// <summary>An endpoint of a <see cref="MemoryTransport"/>.</summary>
internal sealed class MemoryListener(MemoryTransport transport, IPEndPoint endPoint) : ITransportListener
{
    /// <summary>Connections that may wait to be accepted.</summary>
    private const int Backlog = 1024;

    private readonly Channel<MemoryConnection> _waiting = Channel.CreateBounded<MemoryConnection>(Backlog);

    public IPEndPoint EndPoint { get; } = endPoint;

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask StopAsync()
    {
        transport.Remove(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            connection.Abort("the listener has stopped");
        }

        return default;
    }

    public ValueTask DisposeAsync() => StopAsync();

    /// <summary>The end of who connects; null when nobody listens any more, or too many wait.</summary>
    internal MemoryConnection? TryConnect(IPEndPoint from, IPEndPoint to)
    {
        var (made, accepted) = MemoryConnection.Pair(from, to);
        if (_waiting.Writer.TryWrite(accepted))
        {
            return made;
        }

        made.Abort("nobody accepts it");
        return null;
    }
}
