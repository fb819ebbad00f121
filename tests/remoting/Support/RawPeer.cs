using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A peer that is nothing but a blocking socket: it decides which bytes go out in which segment, and reads when it wants.</summary>
public sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    public RawPeer(IPEndPoint server, int? receiveBufferBytes = null)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        if (receiveBufferBytes is { } bytes)
        {
            _socket.ReceiveBufferSize = bytes;
        }

        _socket.Connect(server);
    }

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    public static byte[] Frame(RemotingCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Request(int code, int opaque, byte[]? body = null, bool oneway = false)
    {
        var command = RemotingCommand.Request(code, body: body);
        command.Opaque = opaque;
        return Frame(oneway ? command.AsOneway() : command);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    public RemotingCommand Receive()
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(ReceiveExactly(4));
        var command = new RemotingCommand();
        var error = CommandCodec.Decode(new ReadOnlySequence<byte>(ReceiveExactly(length)), command);
        Assert.That(error, Is.Null);
        return command;
    }

    public int Receive(Span<byte> buffer) => _socket.Receive(buffer);

    /// <summary>True when the other end closes, or resets, without sending anything more.</summary>
    public bool IsClosedByPeer()
    {
        try
        {
            return _socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => _socket.Dispose();

    private byte[] ReceiveExactly(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = _socket.Receive(bytes.AsSpan(at));
            if (received == 0)
            {
                throw new EndOfStreamException($"The server closed after {at} of {count} bytes");
            }

            at += received;
        }

        return bytes;
    }
}
