using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;

namespace RocketMQ.Remoting.Transport;

/// <summary>
/// A connection made of two pipes: the application holds the one end of each, and a transport moves bytes at the other. A pipe holds back who
/// fills it when it is full, so that neither side can outrun the other.
/// </summary>
public abstract class PipeConnection : ITransportConnection
{
    /// <summary>What a peer may let wait before anybody here takes note, in each direction, on each of many thousand connections.</summary>
    public const int MaxBufferedBytes = 128 * 1024;

    private static long _lastId;

    private readonly Pipe _received;
    private readonly Pipe _toSend;

    /// <param name="application">Where the application goes on when there is input, or room for output.</param>
    /// <param name="transport">Where the transport goes on when there is output, or room for input.</param>
    protected PipeConnection(PipeScheduler application, PipeScheduler transport)
    {
        _received = new Pipe(Options(reader: application, writer: transport));
        _toSend = new Pipe(Options(reader: transport, writer: application));
    }

    public virtual string Id { get; } = Interlocked.Increment(ref _lastId).ToString("X8", CultureInfo.InvariantCulture);

    public abstract EndPoint? RemoteEndPoint { get; }

    public abstract EndPoint? LocalEndPoint { get; }

    public PipeReader Input => _received.Reader;

    public PipeWriter Output => _toSend.Writer;

    public virtual bool HasMoreInput => false;

    /// <summary>The transport's end of <see cref="Input"/>.</summary>
    protected PipeWriter Received => _received.Writer;

    /// <summary>The transport's end of <see cref="Output"/>.</summary>
    protected PipeReader ToSend => _toSend.Reader;

    public abstract void Abort(string reason);

    public abstract ValueTask DisposeAsync();

    private static PipeOptions Options(PipeScheduler reader, PipeScheduler writer) => new(
        MemoryPool<byte>.Shared, reader, writer, MaxBufferedBytes, MaxBufferedBytes / 2, useSynchronizationContext: false);
}
