using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Controller;

/// <summary>
/// What a controller can be told. A property is the key of the same name in <c>controller.conf</c>, with a small first letter, as in Apache's ControllerConfig
/// and NettyServerConfig; so are the defaults.
/// </summary>
public sealed record ControllerOptions
{
    private static readonly string Home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "controller");

    /// <summary>TCP port where <see cref="ControllerDLegerPeers"/> names none; 0 takes a free one.</summary>
    public int ListenPort { get; init; } = 19876;

    /// <summary>Address to listen on.</summary>
    public string BindAddress { get; init; } = "0.0.0.0";

    /// <summary>What the program listens with: it makes the transport. Not a key of Apache's.</summary>
    public TransportType TransportType { get; init; } = TransportType.Kestrel;

    /// <summary>How TLS is spoken: the keys <c>tls.*</c>.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Addresses and networks whose PROXY protocol headers are believed. Not a key of Apache's.</summary>
    public string ProxyProtocolTrustedAddresses { get; init; } = "";

    /// <summary>Installation directory; nothing is read from it. The program takes it from the environment variable ROCKETMQ_HOME where no file sets it.</summary>
    public string RocketmqHome { get; init; } = "";

    /// <summary>Where the state is kept.</summary>
    public ControllerType ControllerType { get; init; } = ControllerType.File;

    /// <summary>Name of the controllers that belong together: told to brokers, and part of the keys in etcd.</summary>
    public string ControllerDLegerGroup { get; init; } = "group1";

    /// <summary>All controllers as <c>id-host:port</c>, joined by semicolons: where brokers reach them, and with which port this one listens. Empty: this one alone, where it listens.</summary>
    public string ControllerDLegerPeers { get; init; } = "";

    /// <summary>Which of them this one is.</summary>
    public string ControllerDLegerSelfId { get; init; } = "n0";

    /// <summary>Directory of the file that a controller which stands alone keeps its state in.</summary>
    public string ControllerStorePath { get; init; } = Home;

    /// <summary>File that UPDATE_CONTROLLER_CONFIG changes: the one given with <c>-c</c>.</summary>
    public string ConfigStorePath { get; init; } = Path.Combine(Home, "controller.properties");

    /// <summary>Semicolon list of keys that UPDATE_CONTROLLER_CONFIG may not change.</summary>
    public string ConfigBlackList { get; init; } = "configBlackList;configStorePath";

    /// <summary>
    /// Whether a broker outside the sync-state set may become master where nobody within it lives. The set is then there again, without what only the others had:
    /// acknowledged messages are lost.
    /// </summary>
    public bool EnableElectUncleanMaster { get; init; }

    /// <summary>Whether brokers are told of a new master at once; else they find out when they ask, every 5 seconds.</summary>
    public bool NotifyBrokerRoleChanged { get; init; } = true;

    /// <summary>
    /// Milliseconds between looks for sets whose master is gone, beside what is seen at once; and the time that a controller which begins to lead gives brokers to
    /// be heard, before it misses any.
    /// </summary>
    public int ScanInactiveMasterInterval { get; init; } = 5000;

    /// <summary>Requests that are handled at once: those of one set are decided one after the other, whatever this is.</summary>
    public int ControllerThreadPoolNums { get; init; } = 16;

    /// <summary>Requests that may wait; one more is answered "system busy".</summary>
    public int ControllerRequestThreadPoolQueueCapacity { get; init; } = 50_000;

    /// <summary>Broker sets that may be registered; one more is refused. Not a key of Apache's.</summary>
    public int MaxBrokerSetNum { get; init; } = 10_000;

    /// <summary>Brokers that a set may have; one more is refused. Not a key of Apache's.</summary>
    public int MaxBrokerNumInSet { get; init; } = 64;

    /// <summary>A connection on which nothing passes for this long is closed; 0: never.</summary>
    public int ServerChannelMaxIdleTimeSeconds { get; init; } = 120;

    /// <summary>Connections at once; one more is refused. Not a key of Apache's.</summary>
    public int ServerMaxConnections { get; init; } = 65_536;

    /// <summary>Connections of one address at once; one more is refused. Not a key of Apache's.</summary>
    public int ServerMaxConnectionsPerAddress { get; init; } = 32_768;

    /// <summary>TLS handshakes that are under way at once; one more is refused, unless the oldest has made no end of itself for a second. Not a key of Apache's.</summary>
    public int ServerMaxHandshakes { get; init; } = 1024;

    /// <summary>How long a client may take for its TLS handshake, and a proxy for its header, from the first byte on. Not a key of Apache's.</summary>
    public int ServerHandshakeTimeoutMillis { get; init; } = 10_000;

    /// <summary>Bytes that frames which have arrived in part may hold on all connections; past it, who lets most of them wait for the longest is disconnected. Not a key of Apache's.</summary>
    public long ServerMaxIncompleteFrameBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of answers that may wait, on all connections, for clients that do not read; past it, who lets most of them wait for the longest is disconnected. Not a key of Apache's.</summary>
    public long ServerMaxUnreadReplyBytes { get; init; } = 256 * 1024 * 1024;
}
