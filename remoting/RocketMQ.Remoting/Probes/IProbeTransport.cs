using System.Net;

namespace RocketMQ.Remoting.Probes;

/// <summary>
/// What operators' probes come over. A server that is a library gives answers to paths; the program around it has the HTTP server, or none.
/// </summary>
public interface IProbeTransport
{
    /// <summary>Listens for GET and HEAD.</summary>
    /// <param name="endPoint">Where to listen; port 0 takes any free one.</param>
    /// <param name="serve">Answers a path; null is 404. Any thread, several at once.</param>
    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    Task<IProbeListener> ListenAsync(IPEndPoint endPoint, Func<string, HttpReply?> serve);
}
