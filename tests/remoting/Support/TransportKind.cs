namespace RocketMQ.Remoting.Tests.Support;

/// <summary>What the server of a test listens on.</summary>
public enum TransportKind
{
    Kestrel,
    Sockets,
    Memory,
    DotNetty,

    /// <summary>Kestrel's sockets, encrypted.</summary>
    Tls,
}
