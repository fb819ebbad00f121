using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DotNetty.Transport.Channels;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.DotNetty;

/// <summary>A connection over a channel: its handler fills the one pipe, a loop sends what is in the other one.</summary>
internal sealed class DotNettyConnection : PipeConnection
{
    private readonly ServedChannel _channel;
    private string? _abortReason;
    private Task _sending = Task.CompletedTask;

    private DotNettyConnection(ServedChannel channel)
        : base(PipeScheduler.Inline, PipeScheduler.Inline) => _channel = channel;

    public override EndPoint? RemoteEndPoint => _channel.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => _channel.LocalEndPoint;

    public override bool HasMoreInput => _channel.HasInput;

    /// <summary>Takes an accepted socket over, unless this throws.</summary>
    /// <exception cref="SocketException">The peer is gone again.</exception>
    public static DotNettyConnection Start(Socket socket, MultithreadEventLoopGroup eventLoops)
    {
        socket.NoDelay = true;
        var channel = new ServedChannel(socket);

        // A read is asked for, one at a time: what has come waits in the socket while the pipe is full.
        channel.Configuration.AutoRead = false;
        var connection = new DotNettyConnection(channel);
        channel.Pipeline.AddLast(new SequenceEncoder(), new ReceivingHandler(connection));
        connection._sending = connection.SendAsync(eventLoops.RegisterAsync(channel));
        return connection;
    }

    public override void Abort(string reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, reason, null) is null)
        {
            _channel.Abort();
            ToSend.CancelPendingRead();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    /// <summary>Of the event loop: bytes that have come.</summary>
    internal void Write(ReadOnlySpan<byte> bytes) => Received.Write(bytes);

    /// <summary>Of the event loop: shows the reader what has come.</summary>
    /// <returns>Whether to go on reading: not, when nobody takes any more.</returns>
    internal async ValueTask<bool> FlushAsync()
    {
        var flushed = await Received.FlushAsync().ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    /// <summary>Of the event loop: nothing more comes, and why not, where it is no peer that has said all. The first one to say so is right.</summary>
    internal void EndInput(Exception? error) => Received.Complete(
        Volatile.Read(ref _abortReason) is { } reason ? new OperationCanceledException(reason)
        : error is null ? null
        : new IOException(error.Message, error));

    private async Task SendAsync(Task registered)
    {
        try
        {
            await registered.ConfigureAwait(false);
            while (true)
            {
                var result = await ToSend.ReadAsync().ConfigureAwait(false);
                if (result.IsCanceled)
                {
                    break;
                }

                // Piece by piece: what the socket has not taken stays here, where it counts as not sent.
                var piece = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, MaxBufferedBytes));
                var isLast = result.IsCompleted && piece.Length == result.Buffer.Length;
                if (!piece.IsEmpty)
                {
                    await _channel.WriteAndFlushAsync(piece).ConfigureAwait(false);
                }

                ToSend.AdvanceTo(piece.End);
                if (isLast)
                {
                    break;
                }
            }
        }
        catch (Exception)
        {
            // The channel is closed; whoever reads is told why.
            _channel.Abort();
        }

        await ToSend.CompleteAsync().ConfigureAwait(false);

        // Receiving may wait for room that nobody makes any more.
        Received.CancelPendingFlush();
        await _channel.CloseAsync().ConfigureAwait(false);
    }
}
