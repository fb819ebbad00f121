using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>
/// How bytes travel between two ends. Servers and clients know nothing else of the network: the same frames, limits and order of replies go over
/// the system's sockets, another library's, or memory.
/// </summary>
public interface IConnectionTransport
{
    /// <summary>Takes the endpoint. Peers can connect from now on, and wait until they are accepted.</summary>
    /// <param name="endPoint">Where to listen; port 0 takes any free one.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not this machine's.</exception>
    ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken);

    /// <summary>Connects to a server.</summary>
    /// <exception cref="SocketException">Nobody listens there, the name has no address, or the peer was gone at once.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken);
}
