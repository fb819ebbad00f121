namespace RocketMQ.Remoting.Tls;

/// <summary>Whether a server asks clients for a certificate.</summary>
public enum ClientAuth
{
    None,

    /// <summary>It asks; a client without one is served all the same.</summary>
    Optional,

    /// <summary>A client without one is disconnected.</summary>
    Require,
}
