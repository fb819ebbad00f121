using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tls;

/// <summary>
/// A connection within another, encrypted: whatever transport the outer one is of. One loop decrypts into a pipe, another encrypts what is in the
/// other one. What has come is decrypted as a whole before it is shown, and what is to be sent leaves as a whole: records are small, and each
/// batch costs its reader and its system call once.
/// </summary>
internal sealed class TlsConnection : PipeConnection
{
    /// <summary>Decrypted or encrypted in one go.</summary>
    private const int MaxPieceBytes = MaxBufferedBytes / 2;

    /// <summary>Room there is at least for a record's plain text.</summary>
    private const int MinRecordBytes = 2048;

    private readonly ITransportConnection _transport;
    private readonly TransportStream _stream;
    private readonly SslStream _tls;
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private int _hidden;

    private TlsConnection(ITransportConnection transport, TransportStream stream, SslStream tls)
        : base(PipeScheduler.Inline, PipeScheduler.Inline)
    {
        _transport = transport;
        _stream = stream;
        _tls = tls;
    }

    public override string Id => _transport.Id;

    public override EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Takes a connection over, unless this throws.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="handshake">Its part in the handshake.</param>
    /// <exception cref="Exception">Whatever the handshake ended with; what it told the peer has been sent.</exception>
    public static async Task<TlsConnection> AuthenticateAsync(ITransportConnection transport, Func<SslStream, Task> handshake)
    {
        var stream = new TransportStream(transport);
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await handshake(tls).ConfigureAwait(false);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var connection = new TlsConnection(transport, stream, tls);
        connection.Start();
        return connection;
    }

    public override void Abort(string reason)
    {
        _transport.Abort(reason);
        ToSend.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);

        // What waits for input from the peer is not waited for.
        _stream.EndInput();
        await _receiving.ConfigureAwait(false);
        await _tls.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private void Start()
    {
        _stream.EndHandshake(ShowAsync);
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                // Waits without memory of the pipe's in hand: its reader is shown the rest meanwhile.
                await _tls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                var count = await _tls.ReadAsync(Received.GetMemory(MinRecordBytes)).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                Received.Advance(count);
                _hidden += count;
                if (_hidden >= MaxPieceBytes && !await ShowAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            error = e.InnerException as OperationCanceledException ?? e switch
            {
                IOException or OperationCanceledException => e,
                _ => new IOException(e.Message, e),
            };
        }

        await Received.CompleteAsync(error).ConfigureAwait(false);
    }

    /// <returns>Whether to go on: not, when nobody takes any more.</returns>
    private async ValueTask<bool> ShowAsync()
    {
        if (_hidden == 0)
        {
            return true;
        }

        _hidden = 0;
        var flushed = await Received.FlushAsync().ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var result = await ToSend.ReadAsync().ConfigureAwait(false);
                if (result.IsCanceled)
                {
                    break;
                }

                var piece = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, MaxPieceBytes));
                var isLast = result.IsCompleted && piece.Length == result.Buffer.Length;
                foreach (var block in piece)
                {
                    await _tls.WriteAsync(block).ConfigureAwait(false);
                }

                if (isLast)
                {
                    await _tls.ShutdownAsync().ConfigureAwait(false);
                }

                await _stream.SendAsync().ConfigureAwait(false);
                ToSend.AdvanceTo(piece.End);
                if (isLast)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            // The connection is broken; whoever reads is told why.
            _transport.Abort(e.Message);
        }

        await ToSend.CompleteAsync().ConfigureAwait(false);

        // Receiving may wait for room that nobody makes any more.
        Received.CancelPendingFlush();
    }
}
