using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>A connected socket: one loop receives into a pipe, another sends what is in the other one.</summary>
internal sealed class SocketConnection : PipeConnection
{
    /// <summary>Room there is at least when something is received: a call to the system costs more than copying this much.</summary>
    private const int MinReceiveBytes = 2048;

    private readonly Socket _socket;
    private readonly SocketSender _sender = new();
    private readonly Lock _closing = new();
    private bool _isClosed;
    private string? _closeReason;
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;

    private SocketConnection(Socket socket, PipeScheduler scheduler)
        : base(scheduler, scheduler)
    {
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint;
    }

    public override EndPoint? RemoteEndPoint { get; }

    public override EndPoint? LocalEndPoint { get; }

    public override bool HasMoreInput => _socket.HasInput();

    /// <summary>Takes a connected socket over, unless this throws.</summary>
    /// <exception cref="SocketException">The peer is gone again: it has no address any more.</exception>
    public static SocketConnection Start(Socket socket, PipeScheduler scheduler)
    {
        socket.NoDelay = true;
        var connection = new SocketConnection(socket, scheduler);
        connection._receiving = connection.ReceiveAsync();
        connection._sending = connection.SendAsync();
        return connection;
    }

    public override void Abort(string reason)
    {
        // The socket first: what waits for it is told then, and finds the reason.
        CloseSocket(reason, inOrder: false);
        ToSend.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _sender.Dispose();
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(Received.GetMemory(MinReceiveBytes), SocketFlags.None).ConfigureAwait(false);
                if (received == 0)
                {
                    break;
                }

                Received.Advance(received);
                var flushed = await Received.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            error = Volatile.Read(ref _closeReason) is { } reason ? new OperationCanceledException(reason, e) : new IOException(e.Message, e);
        }

        await Received.CompleteAsync(error).ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        string? broken = null;
        try
        {
            while (true)
            {
                var result = await ToSend.ReadAsync().ConfigureAwait(false);
                if (result.IsCanceled)
                {
                    break;
                }

                if (!result.Buffer.IsEmpty)
                {
                    await _sender.SendAsync(_socket, result.Buffer).ConfigureAwait(false);
                }

                ToSend.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            broken = e.Message;
        }

        CloseSocket(broken, inOrder: broken is null);
        await ToSend.CompleteAsync().ConfigureAwait(false);

        // Receiving may wait for room that nobody makes any more.
        Received.CancelPendingFlush();
    }

    /// <summary>Ends what waits for the socket.</summary>
    /// <param name="reason">Why, unless all was said.</param>
    /// <param name="inOrder">Whether the peer gets what the system has taken for it; otherwise it is told at once that the connection is gone.</param>
    private void CloseSocket(string? reason, bool inOrder)
    {
        lock (_closing)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            Volatile.Write(ref _closeReason, reason);
            if (!inOrder)
            {
                _socket.Close(timeout: 0);
                return;
            }

            try
            {
                _socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The peer was first.
            }

            _socket.Dispose();
        }
    }
}
