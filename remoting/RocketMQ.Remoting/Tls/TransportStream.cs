using System.Buffers;
using System.Runtime.CompilerServices;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tls;

/// <summary>A connection's pipes as the stream that <see cref="System.Net.Security.SslStream"/> wants. In the handshake each write leaves at once.</summary>
internal sealed class TransportStream(ITransportConnection transport) : Stream
{
    private Func<ValueTask<bool>>? _beforeWait;
    private volatile bool _isEnded;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// The handshake is over. From now on who writes flushes the transport's output himself, once for many records, and who reads is told before
    /// he would wait for input.
    /// </summary>
    /// <param name="beforeWait">Returns whether to wait at all.</param>
    public void EndHandshake(Func<ValueTask<bool>> beforeWait) => _beforeWait = beforeWait;

    /// <summary>Nothing is waited for any more, from any thread; what waits is told.</summary>
    public void EndInput()
    {
        _isEnded = true;
        transport.Input.CancelPendingRead();
    }

    /// <summary>Bytes that have come, or nothing at the end. An empty buffer waits until there are some.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!transport.Input.TryRead(out var result))
        {
            if (_beforeWait is not null && !transport.HasMoreInput && !await _beforeWait().ConfigureAwait(false))
            {
                _isEnded = true;
            }

            if (_isEnded)
            {
                return 0;
            }

            result = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_beforeWait is null)
            {
                // A handshake computes for long, and this may be a thread that reads the sockets of others.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }

        var taken = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        taken.CopyTo(buffer.Span);
        var count = (int)taken.Length;
        transport.Input.AdvanceTo(taken.End);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        transport.Output.Write(buffer.Span);
        if (_beforeWait is null)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what was written.</summary>
    /// <exception cref="IOException">Nobody takes it any more.</exception>
    public async ValueTask SendAsync(CancellationToken cancellationToken = default)
    {
        var flushed = await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            throw new IOException("The connection is gone.");
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Asked for when it is disposed of, whatever has become of the connection.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
