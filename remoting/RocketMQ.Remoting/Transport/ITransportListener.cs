using System.Net;

namespace RocketMQ.Remoting.Transport;

/// <summary>An endpoint that was taken to listen on.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>Where it listens, with the port that was found for port 0.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>The connection that was made next; null when listening has ended.</summary>
    ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Gives the endpoint back. Connections that were accepted stay.</summary>
    ValueTask StopAsync();
}
