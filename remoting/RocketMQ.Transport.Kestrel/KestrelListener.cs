using System.Net;
using Microsoft.AspNetCore.Connections;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.Kestrel;

/// <summary>Kestrel's listener, by the names of the seam.</summary>
internal sealed class KestrelListener(IConnectionListener listener) : ITransportListener
{
    public IPEndPoint EndPoint => (IPEndPoint)listener.EndPoint;

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
        await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection ? new KestrelConnection(connection) : null;

    public ValueTask StopAsync() => listener.UnbindAsync();

    public ValueTask DisposeAsync() => listener.DisposeAsync();
}
