using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A peer that is nothing but a blocking connection: it decides which bytes go out in which segment, and reads when it wants.</summary>
public sealed class RawPeer(IWire wire) : IDisposable
{
    public EndPoint LocalEndPoint => wire.LocalEndPoint;

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

    public void Send(ReadOnlySpan<byte> bytes) => wire.Send(bytes);

    public void ShutdownSend() => wire.ShutdownSend();

    public RemotingCommand Receive()
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(ReceiveExactly(4));
        var command = new RemotingCommand();
        var error = CommandCodec.Decode(new ReadOnlySequence<byte>(ReceiveExactly(length)), command);
        Assert.That(error, Is.Null);
        return command;
    }

    public int Receive(Span<byte> buffer) => wire.Receive(buffer);

    /// <summary>True when the other end closes, or resets, without sending anything more.</summary>
    public bool IsClosedByPeer()
    {
        try
        {
            return wire.Receive(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => wire.Dispose();

    private byte[] ReceiveExactly(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = wire.Receive(bytes.AsSpan(at));
            if (received == 0)
            {
                throw new EndOfStreamException($"The server closed after {at} of {count} bytes");
            }

            at += received;
        }

        return bytes;
    }
}
