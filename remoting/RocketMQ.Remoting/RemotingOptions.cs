using System.Net;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting;

/// <summary>Limits of a connection, the same for both ends.</summary>
public sealed record RemotingOptions
{
    /// <summary>Largest frame accepted, bytes after the length word.</summary>
    public int MaxFrameLength { get; init; } = FrameReader.DefaultMaxFrameLength;

    /// <summary>Nothing read and nothing written for this long closes the connection. Zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often connections are looked at for that: each look wakes a server that has nothing else to do.</summary>
    internal TimeSpan IdleSweep => IdleTimeout > TimeSpan.Zero ? IdleTimeout / 12 : Timeout.InfiniteTimeSpan;

    /// <summary>Connections a server holds at once; one more is closed at accept.</summary>
    public int MaxConnections { get; init; } = 65_536;

    /// <summary>Output bytes that may wait for a peer that does not read. Past it one-way pushes are dropped and requests wait.</summary>
    public int MaxPendingOutputBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Output bytes that may wait for a peer that does not read before it is disconnected: replies are not dropped singly.</summary>
    public int MaxPendingReplyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Requests of one peer that may be unanswered at once; past it the connection is not read until some are.</summary>
    public int MaxPendingRequests { get; init; } = 16_384;

    /// <summary>Bytes of unanswered requests that were copied for one peer; past it the connection is not read until some are answered.</summary>
    public long MaxPendingRequestBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes that frames which have arrived in part may hold on all connections of a server; past it, who lets most of them wait for the longest is disconnected.</summary>
    public long MaxIncompleteFrameBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of output that may wait, on all connections of a server, for peers that do not read; past it, who lets most of them wait for the longest is disconnected.</summary>
    public long MaxUnreadReplyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Connections of one address that a server holds at once; one more is closed at accept.</summary>
    public int MaxConnectionsPerAddress { get; init; } = int.MaxValue;

    /// <summary>How TLS is spoken: by a server as its mode says, by a client where it is enabled. Null: nobody speaks it, and nothing looks for it.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>TLS handshakes that are under way at once at a server; one more is refused, unless the oldest has made no end of itself for a second.</summary>
    public int MaxHandshakes { get; init; } = 1024;

    /// <summary>How long a client may take for its TLS handshake, and a proxy for its header, from the first byte on.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Peers whose PROXY protocol headers a server believes. Empty: nobody's.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// How long a server that stops waits for its clients to leave by themselves, telling those of them to that understand it, before it closes their
    /// connections. Zero: it closes them at once.
    /// </summary>
    public TimeSpan GoAwayTime { get; init; }

    /// <summary>How long a server that stops waits for handlers that still run.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a client signs its requests with; null: they are not signed.</summary>
    public AccessCredentials? Credentials { get; init; }

    /// <summary>Time to establish a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether a client's callbacks may run on the thread that reads the socket. Only for code that never blocks.</summary>
    public bool RunContinuationsInline { get; init; }

    /// <summary>What connections go over; null: the system's sockets, served inline by a server and as <see cref="RunContinuationsInline"/> says by a client.</summary>
    public IConnectionTransport? Transport { get; init; }

    /// <summary>Told of every reply that is sent; null: nobody is.</summary>
    public IReplyObserver? ReplyObserver { get; init; }
}
