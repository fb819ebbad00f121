namespace RocketMQ.Controller.Configuration;

/// <summary>Keys of Apache's controller that change nothing here: accepted, so that its files can be used, and reported at start.</summary>
internal static class IgnoredKeys
{
    private const string Threads = "heartbeats are handled on the threads that read them, everything else on controllerThreadPoolNums workers";
    private const string Sockets = "the socket transport sizes its own buffers and threads";
    private const string Raft = "there is no raft log: the state is in a file or in etcd (controllerType)";
    private const string Metrics = "the controller's figures are instruments of the meter RocketMQ.Controller, for whoever listens to it";
    private const string Election = "an election that finds nobody is tried again when a broker comes, and every scanInactiveMasterInterval";
    private const string Silence = "a silent broker is missed at the end of the time it named, without a scan";

    private static readonly (string Key, string? Default, string Instead)[] All =
    [
        ("jraftConfig", null, Raft),
        ("jRaftElectionTimeoutMs", null, Raft),
        ("jRaftScanWaitTimeoutMs", null, Raft),
        ("jRaftSnapshotIntervalSecs", null, Raft),
        ("jRaftGroupId", null, Raft),
        ("jRaftServerId", null, Raft),
        ("jRaftInitConf", null, Raft),
        ("jRaftControllerRPCAddr", null, Raft),
        ("mappedFileSize", "1073741824", Raft),
        ("isProcessReadEvent", "false", Raft),
        ("processReadEvent", null, Raft),
        ("electMasterMaxRetryCount", "3", Election),
        ("scanNotActiveBrokerInterval", "5000", Silence),
        ("metricsExporterType", "DISABLE", Metrics),
        ("metricsGrpcExporterTarget", "", Metrics),
        ("metricsGrpcExporterHeader", "", Metrics),
        ("metricGrpcExporterTimeOutInMills", "3000", Metrics),
        ("metricGrpcExporterIntervalInMills", "60000", Metrics),
        ("metricLoggingExporterIntervalInMills", "10000", Metrics),
        ("metricsPromExporterPort", "5557", Metrics),
        ("metricsPromExporterHost", "", Metrics),
        ("metricsLabel", "", Metrics),
        ("metricsInDelta", "false", Metrics),
        ("serverWorkerThreads", "8", Threads),
        ("serverCallbackExecutorThreads", "0", Threads),
        ("serverSelectorThreads", "3", Threads),
        ("serverOnewaySemaphoreValue", "256", Sockets),
        ("serverAsyncSemaphoreValue", "64", Sockets),
        ("serverSocketSndBufSize", "0", Sockets),
        ("serverSocketRcvBufSize", "0", Sockets),
        ("writeBufferHighWaterMark", "0", Sockets),
        ("writeBufferLowWaterMark", "0", Sockets),
        ("serverSocketBacklog", "1024", Sockets),
        ("serverNettyWorkerGroupEnable", "true", Sockets),
        ("serverPooledByteBufAllocatorEnable", "true", Sockets),
        ("useEpollNativeSelector", "false", Sockets),
        ("enableShutdownGracefully", "false", "brokers go to another controller by themselves"),
        ("shutdownWaitTimeSeconds", "30", "brokers go to another controller by themselves"),
        .. ((string[])
        [
            "clientWorkerThreads", "clientCallbackExecutorThreads", "clientOnewaySemaphoreValue", "clientAsyncSemaphoreValue", "connectTimeoutMillis",
            "channelNotActiveInterval", "scanAvailableNameSrv", "clientChannelMaxIdleTimeSeconds", "clientSocketSndBufSize", "clientSocketRcvBufSize",
            "clientPooledByteBufAllocatorEnable", "clientCloseSocketIfTimeout", "socksProxyConfig", "disableCallbackExecutor", "disableNettyWorkerGroup",
            "maxReconnectIntervalTimeSeconds", "enableReconnectForGoAway", "enableTransparentRetry",
        ]).Select(key => (key, (string?)null, "the controller calls brokers only to notify them, with the transport's own limits")),
    ];

    /// <summary>What happens instead, by key.</summary>
    public static IReadOnlyDictionary<string, string> Instead { get; } = All.ToDictionary(k => k.Key, k => k.Instead, StringComparer.Ordinal);

    /// <summary>The values GET_CONTROLLER_CONFIG shows for those that Apache's shows.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Defaults { get; } =
        [.. All.Where(k => k.Default is not null).Select(k => KeyValuePair.Create(k.Key, k.Default!))];
}
