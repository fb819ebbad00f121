using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A blocking socket.</summary>
public sealed class SocketWire : IWire
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };

    public SocketWire(IPEndPoint server, int? receiveBufferBytes)
    {
        if (receiveBufferBytes is { } bytes)
        {
            _socket.ReceiveBufferSize = bytes;
        }

        _socket.Connect(server);
    }

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    public int Receive(Span<byte> buffer)
    {
        try
        {
            return _socket.Receive(buffer);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            throw new IOException(e.Message, e);
        }
    }

    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
