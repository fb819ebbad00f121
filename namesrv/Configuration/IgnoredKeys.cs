namespace RocketMQ.NameServer.Configuration;

/// <summary>Keys of Apache's name server that change nothing here: accepted, so that its files can be used, and reported at start.</summary>
internal static class IgnoredKeys
{
    private const string Threads = "routes are answered on the threads that read them, everything else on two queues of one worker each";
    private const string Sockets = "the socket transport sizes its own buffers and threads";
    private const string Client = "the name server calls brokers only to notify them, with the transport's own limits";
    private const string Controller = "there is no controller in this name server: enableControllerInNamesrv=true starts one";

    private static readonly (string Key, string? Default, string Instead)[] All =
    [
        ("clusterTest", "false", "unknown topics are not looked up in another cluster"),
        ("productEnvName", "center", "unknown topics are not looked up in another cluster"),
        ("clientRequestThreadPoolNums", "8", Threads),
        ("clientRequestThreadPoolQueueCapacity", "50000", Threads),
        ("defaultThreadPoolNums", "16", Threads),
        ("unRegisterBrokerQueueCapacity", "3000", "a broker is unregistered before it is answered"),
        ("serverWorkerThreads", "8", Threads),
        ("serverCallbackExecutorThreads", "0", Threads),
        ("serverSelectorThreads", "3", Threads),
        ("serverOnewaySemaphoreValue", "256", "a peer that does not read is not served and its pushes are dropped"),
        ("serverAsyncSemaphoreValue", "64", "a peer that does not read is not served and its pushes are dropped"),
        ("serverSocketSndBufSize", "0", Sockets),
        ("serverSocketRcvBufSize", "0", Sockets),
        ("writeBufferHighWaterMark", "0", Sockets),
        ("writeBufferLowWaterMark", "0", Sockets),
        ("serverSocketBacklog", "1024", Sockets),
        ("serverNettyWorkerGroupEnable", "true", Sockets),
        ("serverPooledByteBufAllocatorEnable", "true", Sockets),
        ("useEpollNativeSelector", "false", Sockets),
        ("clientWorkerThreads", null, Client),
        ("clientCallbackExecutorThreads", null, Client),
        ("clientOnewaySemaphoreValue", null, Client),
        ("clientAsyncSemaphoreValue", null, Client),
        ("connectTimeoutMillis", null, Client),
        ("channelNotActiveInterval", null, Client),
        ("scanAvailableNameSrv", null, Client),
        ("clientChannelMaxIdleTimeSeconds", null, Client),
        ("clientSocketSndBufSize", null, Client),
        ("clientSocketRcvBufSize", null, Client),
        ("clientPooledByteBufAllocatorEnable", null, Client),
        ("clientCloseSocketIfTimeout", null, Client),
        ("socksProxyConfig", null, Client),
        ("disableCallbackExecutor", null, Client),
        ("disableNettyWorkerGroup", null, Client),
        ("maxReconnectIntervalTimeSeconds", null, Client),
        ("enableReconnectForGoAway", null, Client),
        ("enableTransparentRetry", null, Client),
        .. ((string[])
        [
            "jraftConfig", "controllerType", "controllerThreadPoolNums", "controllerRequestThreadPoolQueueCapacity", "controllerDLegerGroup",
            "controllerDLegerPeers", "controllerDLegerSelfId", "mappedFileSize", "controllerStorePath", "electMasterMaxRetryCount",
            "enableElectUncleanMaster", "processReadEvent", "notifyBrokerRoleChanged", "scanInactiveMasterInterval", "metricsExporterType",
            "metricsGrpcExporterTarget", "metricsGrpcExporterHeader", "metricGrpcExporterTimeOutInMills",
            "metricGrpcExporterIntervalInMills", "metricLoggingExporterIntervalInMills", "metricsPromExporterPort",
            "metricsPromExporterHost", "metricsLabel", "metricsInDelta", "maxBrokerSetNum", "maxBrokerNumInSet", "etcdEndpoints", "etcdKeyPrefix", "etcdUser",
            "etcdPassword", "etcdCaFile", "etcdCertFile", "etcdKeyFile", "etcdLeaseSeconds", "etcdRequestTimeoutMillis",
        ]).Select(key => (key, (string?)null, Controller)),
    ];

    /// <summary>What happens instead, by key.</summary>
    public static IReadOnlyDictionary<string, string> Instead { get; } =
        All.ToDictionary(k => k.Key, k => k.Instead, StringComparer.Ordinal);

    /// <summary>The values GET_NAMESRV_CONFIG shows for those that Apache's shows.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Defaults { get; } =
        [.. All.Where(k => k.Default is not null).Select(k => KeyValuePair.Create(k.Key, k.Default!))];
}
