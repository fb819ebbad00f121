using System.Buffers;
using System.Net;
using System.Net.Sockets;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Hostile.Tests;

/// <summary>A socket of somebody who keeps to no rule. What the other end does to it (closing, resetting, not reading) is its own fault and passed over.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public bool IsOpen { get; private set; } = true;

    /// <returns><see langword="null"/> when the other end takes no further connection.</returns>
    public static async Task<RawConnection?> OpenAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            return new RawConnection(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public static byte[] Frame(RemotingCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, output);
        return output.WrittenSpan.ToArray();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (IsOpen && bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
            }
        }
        catch (SocketException)
        {
            IsOpen = false;
        }
    }

    /// <summary>Reads what has come, and throws it away.</summary>
    public void Drain()
    {
        Span<byte> rest = stackalloc byte[16 * 1024];
        try
        {
            while (IsOpen && _socket.Available > 0)
            {
                IsOpen = _socket.Receive(rest) > 0;
            }
        }
        catch (SocketException)
        {
            IsOpen = false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
