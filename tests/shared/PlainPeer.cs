using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.TestSupport;

/// <summary>A blocking socket from an address of one's choice that knows no more of frames than where they end.</summary>
public sealed class PlainPeer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };

    /// <param name="server">Where to connect to, <c>host:port</c>.</param>
    /// <param name="from">The address to come from.</param>
    public PlainPeer(string server, string from = "127.0.0.1")
    {
        _socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        _socket.Connect(IPEndPoint.Parse(server));
    }

    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>The next frame without its length; null when the server has closed.</summary>
    public byte[]? Receive()
    {
        var length = new byte[4];
        if (!TryFill(length))
        {
            return null;
        }

        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        return TryFill(frame) ? frame : null;
    }

    public void Dispose() => _socket.Dispose();

    private bool TryFill(byte[] bytes)
    {
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                var received = _socket.Receive(bytes.AsSpan(at));
                if (received == 0)
                {
                    return false;
                }

                at += received;
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
