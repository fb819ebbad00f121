using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Remoting;

/// <summary>A server could not listen where it was told to.</summary>
public sealed class RemotingBindException : Exception
{
    /// <param name="endPoint">Where it was told to listen.</param>
    /// <param name="inner">What the system said, however wrapped.</param>
    /// <param name="because">Why it was to listen there, where nobody named that port: behind a comma.</param>
    public RemotingBindException(IPEndPoint endPoint, Exception inner, string because = "")
        : base($"Can't listen on {endPoint}{because}: {Reason(inner)}", inner) => EndPoint = endPoint;

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether the address is what is wrong: it is none of this machine's. Otherwise it is the port.</summary>
    public bool IsForeignAddress => GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressNotAvailable };

    /// <summary>The system's own words: what is wrapped around them names the address again.</summary>
    private static string Reason(Exception inner) => inner.GetBaseException().Message;
}
