using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.NameServer;

/// <summary>
/// What a name server can be told. A property is the key of the same name in <c>namesrv.conf</c>, with a small first letter, as in
/// Apache's NamesrvConfig and NettyServerConfig; so are the defaults.
/// </summary>
public sealed record NameServerOptions
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>TCP port; 0 takes a free one.</summary>
    public int ListenPort { get; init; } = 9876;

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

    /// <summary>File of the key-value configuration.</summary>
    public string KvConfigPath { get; init; } = Path.Combine(Home, "namesrv", "kvConfig.json");

    /// <summary>File that UPDATE_NAMESRV_CONFIG changes: the one given with <c>-c</c>.</summary>
    public string ConfigStorePath { get; init; } = Path.Combine(Home, "namesrv", "namesrv.properties");

    /// <summary>Semicolon list of keys that UPDATE_NAMESRV_CONFIG may not change.</summary>
    public string ConfigBlackList { get; init; } = "configBlackList;configStorePath;kvConfigPath";

    /// <summary>Routes carry the order configuration of their topic from the key-value namespace ORDER_TOPIC_CONFIG.</summary>
    public bool OrderMessageEnable { get; init; }

    /// <summary>Replies to registrations carry the key-value namespace ORDER_TOPIC_CONFIG.</summary>
    public bool ReturnOrderTopicConfigToBroker { get; init; } = true;

    /// <summary>Milliseconds between looks for brokers that have gone silent.</summary>
    public long ScanNotActiveBrokerInterval { get; init; } = 5000;

    /// <summary>Where a master is gone, routes show the slave with the smallest id in its place, for reading.</summary>
    public bool SupportActingMaster { get; init; }

    /// <summary>Tells the brokers of a name when their smallest id comes or goes.</summary>
    public bool NotifyMinBrokerIdChanged { get; init; }

    /// <summary>Answers GET_ALL_TOPIC_LIST_FROM_NAMESERVER.</summary>
    public bool EnableAllTopicList { get; init; } = true;

    /// <summary>Answers the topic lists by cluster and by unit.</summary>
    public bool EnableTopicList { get; init; } = true;

    /// <summary>Answers no routes until <see cref="WaitSecondsForService"/> after the start, so that all brokers are known by then.</summary>
    public bool NeedWaitForService { get; init; }

    public int WaitSecondsForService { get; init; } = 45;

    /// <summary>A registration removes the broker's topics that it does not name.</summary>
    public bool DeleteTopicWithBrokerRegistration { get; init; }

    /// <summary>Whether the program starts a controller beside, with the keys of a controller in the same file.</summary>
    public bool EnableControllerInNamesrv { get; init; }

    /// <summary>Requests that may wait: changes, and apart from them lists and files.</summary>
    public int DefaultThreadPoolQueueCapacity { get; init; } = 10_000;

    /// <summary>
    /// Whether a stop first asks clients to go: for <see cref="ShutdownWaitTimeSeconds"/>, or until all have gone, requests of clients from 5.3.2 on are answered
    /// GO_AWAY (1500), and are sent again elsewhere; those of others are served.
    /// </summary>
    public bool EnableShutdownGracefully { get; init; }

    /// <summary>Longest that such a stop waits for them, s.</summary>
    public int ShutdownWaitTimeSeconds { get; init; } = 30;

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

    /// <summary>Brokers that may be registered; one more is refused. Not a key of Apache's.</summary>
    public int MaxBrokerNum { get; init; } = 10_000;

    /// <summary>Topics of all brokers that may be registered, each counted once for each of its brokers. Not a key of Apache's.</summary>
    public int MaxTopicNum { get; init; } = 1_000_000;

    /// <summary>Keys that the key-value configuration may hold. Not a key of Apache's.</summary>
    public int MaxKvConfigNum { get; init; } = 100_000;

    /// <summary>Characters that its keys and values may have together. Not a key of Apache's.</summary>
    public int MaxKvConfigSize { get; init; } = 16 * 1024 * 1024;
}
