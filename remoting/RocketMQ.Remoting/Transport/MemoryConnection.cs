using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace RocketMQ.Remoting.Transport;

/// <summary>
/// One end of a connection within the process. What it sends is copied from its own pipe into the peer's, as a network would: both ends keep
/// buffers of their own, and either can be aborted whatever the other is doing.
/// </summary>
internal sealed class MemoryConnection : PipeConnection
{
    private readonly MemoryLink _link;
    private MemoryConnection _peer;
    private Task _sending = Task.CompletedTask;

    private MemoryConnection(MemoryLink link, EndPoint local, EndPoint remote)
        : base(PipeScheduler.ThreadPool, PipeScheduler.ThreadPool)
    {
        // On the thread pool, both: who writes holds its output's lock, and must not find itself serving what the peer answers.
        _link = link;
        _peer = this;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    public override EndPoint? RemoteEndPoint { get; }

    public override EndPoint? LocalEndPoint { get; }

    /// <summary>A connection: the end of who made it, and the other.</summary>
    public static (MemoryConnection Made, MemoryConnection Accepted) Pair(EndPoint from, EndPoint to)
    {
        var link = new MemoryLink();
        var made = new MemoryConnection(link, from, to);
        var accepted = new MemoryConnection(link, to, from) { _peer = made };
        made._peer = accepted;
        made._sending = made.SendAsync();
        accepted._sending = accepted.SendAsync();
        return (made, accepted);
    }

    public override void Abort(string reason)
    {
        if (_link.TryBreak(this, reason))
        {
            Wake();
            _peer.Wake();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    private void Wake()
    {
        ToSend.CancelPendingRead();
        Received.CancelPendingFlush();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            var result = await ToSend.ReadAsync().ConfigureAwait(false);
            if (_link.IsBroken)
            {
                break;
            }

            // Piece by piece: what the peer has not read stays here, where it counts as not sent.
            var piece = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, MaxBufferedBytes / 2));
            foreach (var block in piece)
            {
                _peer.Received.Write(block.Span);
            }

            var isLast = result.IsCompleted && piece.Length == result.Buffer.Length;
            ToSend.AdvanceTo(piece.End);
            var flushed = await _peer.Received.FlushAsync().ConfigureAwait(false);
            if (isLast || flushed.IsCompleted || _link.IsBroken)
            {
                break;
            }
        }

        await ToSend.CompleteAsync().ConfigureAwait(false);
        await _peer.Received.CompleteAsync(_link.ErrorFor(_peer)).ConfigureAwait(false);
    }
}
