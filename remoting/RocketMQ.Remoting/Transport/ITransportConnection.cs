using System.IO.Pipelines;
using System.Net;

namespace RocketMQ.Remoting.Transport;

/// <summary>
/// A connection as its transport sees it: bytes in order, both ways. Disposing it sends first what is queued; <see cref="Abort"/> drops it, and ends
/// a disposal that waits for a peer who does not read.
/// </summary>
public interface ITransportConnection : IAsyncDisposable
{
    /// <summary>Unique in the process, for logs.</summary>
    string Id { get; }

    EndPoint? RemoteEndPoint { get; }

    EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// What the peer sends. It is completed when the peer has said all, which ends nothing in the other direction; a broken connection makes reading throw
    /// an <see cref="IOException"/>, an aborted one an <see cref="OperationCanceledException"/>.
    /// </summary>
    PipeReader Input { get; }

    /// <summary>What goes to the peer. Its flush waits while too much is queued, and throws at most an <see cref="IOException"/>.</summary>
    PipeWriter Output { get; }

    /// <summary>Whether more has come than <see cref="Input"/> has been given. False where the transport can't tell without waiting.</summary>
    bool HasMoreInput { get; }

    /// <summary>Ends the connection at once, from any thread and as often as one likes; the first reason stays.</summary>
    void Abort(string reason);
}
