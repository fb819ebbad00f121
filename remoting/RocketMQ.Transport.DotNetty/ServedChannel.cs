using System.Net;
using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Transport.Channels.Sockets;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.DotNetty;

/// <summary>
/// The channel of an accepted socket. DotNetty's own closes where the peer has said all, before it has its replies; this one tells its handlers, and
/// stays. It can also be aborted, so that the peer is told at once.
/// </summary>
internal sealed class ServedChannel : TcpSocketChannel
{
    private volatile bool _isAborted;

    /// <exception cref="SocketException">The peer is gone again: it has no address any more.</exception>
    public ServedChannel(Socket socket)
        : base(null, socket)
    {
        RemoteEndPoint = socket.RemoteEndPoint!;
        LocalEndPoint = socket.LocalEndPoint!;
        SetState(StateFlags.Active);
        CacheLocalAddress();
        CacheRemoteAddress();
    }

    public EndPoint RemoteEndPoint { get; }

    public EndPoint LocalEndPoint { get; }

    /// <summary>Whether bytes have come that were not read.</summary>
    public bool HasInput => Socket.HasInput();

    public void Abort()
    {
        _isAborted = true;
        _ = CloseAsync();
    }

    protected override int DoReadBytes(IByteBuffer byteBuf)
    {
        var read = base.DoReadBytes(byteBuf);
        if (read >= 0)
        {
            return read;
        }

        ShutdownInput();
        EventLoop.Execute(() => Pipeline.FireUserEventTriggered(ChannelInputShutdownEvent.Instance));
        return 0;
    }

    protected override void DoClose()
    {
        if (_isAborted && TryResetState(StateFlags.Active))
        {
            Socket.Close(timeout: 0);
        }

        base.DoClose();
    }
}
