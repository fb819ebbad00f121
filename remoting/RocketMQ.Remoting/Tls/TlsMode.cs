namespace RocketMQ.Remoting.Tls;

/// <summary>What a server makes of a connection that begins with a TLS handshake, and of one that does not.</summary>
public enum TlsMode
{
    /// <summary>No TLS: who begins with a handshake is disconnected.</summary>
    Disabled,

    /// <summary>Either: the first byte of a connection tells.</summary>
    Permissive,

    /// <summary>TLS only: who begins with anything else is disconnected before it is read as a request.</summary>
    Enforcing,
}
