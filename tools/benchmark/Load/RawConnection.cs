using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using RocketMQ.Remoting;

namespace RocketMQ.Benchmark.Load;

/// <summary>
/// A blocking connection that sends ready frames and cuts what comes back into frames: as little as a client can cost, so that a run on one
/// machine measures the broker.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const int LengthBytes = 4;

    private readonly Socket _socket;
    private readonly SslStream? _tls;
    private byte[] _buffer;
    private int _start;
    private int _end;

    /// <param name="bufferBytes">Room for replies; it grows.</param>
    /// <param name="isEncrypted">Whether it speaks TLS, to whoever is there.</param>
    /// <exception cref="BenchmarkException">Nobody listens there.</exception>
    public RawConnection(string address, int bufferBytes = 1024 * 1024, bool isEncrypted = false)
    {
        _buffer = new byte[bufferBytes];
        var endPoint = RemotingAddress.Parse(address);
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _socket.Connect(endPoint);
            _tls = isEncrypted ? Encrypt(_socket) : null;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            _socket.Dispose();
            throw new BenchmarkException($"Can't connect to {address}: {e.Message}");
        }
    }

    /// <exception cref="SocketException">The connection broke.</exception>
    public void Send(ReadOnlySpan<byte> frames)
    {
        if (_tls is not null)
        {
            try
            {
                _tls.Write(frames);
                return;
            }
            catch (IOException e) when (e.InnerException is SocketException broken)
            {
                ExceptionDispatchInfo.Throw(broken);
            }
        }

        while (!frames.IsEmpty)
        {
            frames = frames[_socket.Send(frames)..];
        }
    }

    /// <summary>Waits for bytes. Invalidates the frames taken before.</summary>
    /// <returns>False when the broker closed the connection.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public bool Receive()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(64 * 1024, _buffer.Length * 2));
        }

        var received = _tls is null ? _socket.Receive(_buffer.AsSpan(_end)) : Decrypted(_tls, _buffer.AsSpan(_end));
        _end += received;
        return received > 0;
    }

    /// <summary>Takes a whole frame, without its length word, off what was received.</summary>
    public bool TryTake(out ReadOnlySpan<byte> frame)
    {
        var received = _buffer.AsSpan(_start, _end - _start);
        frame = default;
        if (received.Length < LengthBytes || BinaryPrimitives.ReadInt32BigEndian(received) is var length && received.Length - LengthBytes < length)
        {
            return false;
        }

        frame = received.Slice(LengthBytes, length);
        _start += LengthBytes + length;
        return true;
    }

    /// <summary>Wakes whoever waits in <see cref="Receive"/>.</summary>
    public void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It is down already.
        }
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
    }

    private static int Decrypted(SslStream tls, Span<byte> buffer)
    {
        try
        {
            return tls.Read(buffer);
        }
        catch (IOException e) when (e.InnerException is SocketException broken)
        {
            ExceptionDispatchInfo.Throw(broken);
            throw;
        }
    }

    private static SslStream Encrypt(Socket socket)
    {
        var tls = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
        tls.AuthenticateAsClient("localhost");
        return tls;
    }
}
