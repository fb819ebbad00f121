using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.Kestrel;

/// <summary>Kestrel's sockets, without HTTP: what a server listens with by default.</summary>
/// <param name="loggers">Where Kestrel logs.</param>
public sealed class KestrelTransport(ILoggerFactory loggers) : IConnectionTransport
{
    private readonly SocketTransportFactory _factory = new(
        Options.Create(new SocketTransportOptions
        {
            NoDelay = true,
            Backlog = 1024,
            UnsafePreferInlineScheduling = true,

            // One system call less per read; an idle connection then holds one 4 KiB block.
            WaitForDataBeforeAllocatingBuffer = false,
            MaxReadBufferSize = PipeConnection.MaxBufferedBytes,
            MaxWriteBufferSize = PipeConnection.MaxBufferedBytes,
        }),
        loggers);

    public async ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return new KestrelListener(await _factory.BindAsync(endPoint, cancellationToken).ConfigureAwait(false));
        }
        catch (AddressInUseException e) when (e.GetBaseException() is SocketException inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    /// <summary>A server connects to a few others: plain sockets do.</summary>
    public ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) =>
        SocketTransport.Pooled.ConnectAsync(endPoint, cancellationToken);
}
