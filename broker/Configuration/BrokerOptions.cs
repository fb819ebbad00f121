using System.ComponentModel.DataAnnotations;
using RocketMQ.Broker.Metrics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Broker.Configuration;

/// <summary>
/// The broker's own settings, named as in Apache's <c>broker.conf</c> (<c>ListenPort</c> is the key <c>listenPort</c>). The store's
/// settings stand in the same file and are bound to <see cref="Store.StoreOptions"/>. A property that can be set may change while the
/// broker runs: read it where it is used, don't keep a copy. One that can only be initialised waits for a restart.
/// </summary>
[Secrets(nameof(InitAuthenticationUser), nameof(InnerClientAuthenticationCredentials), nameof(MetricsGrpcExporterHeader))]
public sealed record BrokerOptions
{
    /// <summary>Key <c>brokerName</c>: the broker set; a master and its slaves share it.</summary>
    public string BrokerName { get; init; } = Environment.MachineName;

    /// <summary>Key <c>brokerClusterName</c>: the cluster the broker belongs to.</summary>
    public string BrokerClusterName { get; init; } = "DefaultCluster";

    /// <summary>Key <c>brokerId</c>: which slave of its set it is, from 1 on. A master's is 0, whatever stands here.</summary>
    public long BrokerId { get; init; }

    /// <summary>Key <c>namesrvAddr</c>: <c>host:port</c> separated by semicolons; empty runs without registration.</summary>
    public string NamesrvAddr { get; init; } = "";

    /// <summary>Key <c>listenPort</c>; 0 takes any free port.</summary>
    [Range(0, 65_535)]
    public int ListenPort { get; init; } = 10911;

    /// <summary>Key <c>bindAddress</c>: the address to listen on.</summary>
    public string BindAddress { get; init; } = "0.0.0.0";

    /// <summary>Key <c>transportType</c> (ours): what to listen with.</summary>
    public TransportType TransportType { get; init; } = TransportType.Kestrel;

    /// <summary>Keys <c>tls.*</c>: how TLS is spoken, with clients and with name servers.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Keys <c>brokerRole</c>, <c>ha…</c> and others: how the broker's set replicates.</summary>
    public ReplicationOptions Replication { get; init; } = new();

    /// <summary>Key <c>proxyProtocolTrustedAddresses</c> (ours): addresses and networks whose PROXY protocol headers are believed.</summary>
    public string ProxyProtocolTrustedAddresses { get; init; } = "";

    /// <summary>Key <c>brokerIP1</c>: the address announced to clients. Empty: the bind address, or this machine's when that is any.</summary>
    public string BrokerIP1 { get; init; } = "";

    /// <summary>Key <c>brokerIP2</c>: the address announced for replication. Empty: as <see cref="BrokerIP1"/>.</summary>
    public string BrokerIP2 { get; init; } = "";

    /// <summary>Key <c>haListenPort</c>; 0 is listenPort + 1.</summary>
    [Range(0, 65_535)]
    public int HaListenPort { get; init; }

    /// <summary>Key <c>brokerPermission</c>: 2 write, 4 read.</summary>
    [Range(0, 7)]
    public int BrokerPermission { get; set; } = 6;

    /// <summary>Key <c>defaultTopicQueueNums</c>: queues of the topic new topics are modelled on.</summary>
    [Range(1, 65_536)]
    public int DefaultTopicQueueNums { get; init; } = 8;

    /// <summary>Key <c>autoCreateTopicEnable</c>: the first send to an unknown topic creates it.</summary>
    public bool AutoCreateTopicEnable { get; set; } = true;

    /// <summary>Key <c>clusterTopicEnable</c>: the topic named as the cluster can be read and written.</summary>
    public bool ClusterTopicEnable { get; init; } = true;

    /// <summary>Key <c>brokerTopicEnable</c>: the topic named as the broker can be read and written.</summary>
    public bool BrokerTopicEnable { get; init; } = true;

    /// <summary>Key <c>autoCreateSubscriptionGroup</c>: the first use of an unknown consumer group creates it.</summary>
    public bool AutoCreateSubscriptionGroup { get; set; } = true;

    /// <summary>Key <c>traceTopicEnable</c>: the topic of message traces exists.</summary>
    public bool TraceTopicEnable { get; init; }

    /// <summary>Key <c>msgTraceTopicName</c>: the topic of message traces.</summary>
    public string MsgTraceTopicName { get; init; } = "RMQ_SYS_TRACE_TOPIC";

    /// <summary>Key <c>traceOn</c>: the TRACE_ON field of send replies.</summary>
    public bool TraceOn { get; init; } = true;

    /// <summary>Key <c>regionId</c>: the MSG_REGION field of send replies.</summary>
    public string RegionId { get; init; } = "DefaultRegion";

    /// <summary>Key <c>startAcceptSendRequestTimeStamp</c>: sends are refused until then, ms since 1970.</summary>
    public long StartAcceptSendRequestTimeStamp { get; set; }

    /// <summary>Key <c>longPollingEnable</c>: pulls that find nothing wait for a message.</summary>
    public bool LongPollingEnable { get; set; } = true;

    /// <summary>Key <c>shortPollingTimeMills</c>: how long they wait when <see cref="LongPollingEnable"/> is off.</summary>
    public long ShortPollingTimeMills { get; set; } = 1000;

    /// <summary>Key <c>notifyConsumerIdsChangedEnable</c>: consumers are told at once when their group changes.</summary>
    public bool NotifyConsumerIdsChangedEnable { get; set; } = true;

    /// <summary>Key <c>flushConsumerOffsetInterval</c>, ms between writes of consumerOffset.json.</summary>
    [Range(1, int.MaxValue)]
    public int FlushConsumerOffsetInterval { get; init; } = 5000;

    /// <summary>Key <c>registerNameServerPeriod</c>, ms between registrations, held between 10 000 and 60 000.</summary>
    public int RegisterNameServerPeriod { get; init; } = 30_000;

    /// <summary>Key <c>registerBrokerTimeoutMills</c>: how long a name server may take to answer a registration, ms.</summary>
    [Range(1, int.MaxValue)]
    public int RegisterBrokerTimeoutMills { get; set; } = 24_000;

    /// <summary>Key <c>compressedRegister</c>: registrations are sent as a zlib stream.</summary>
    public bool CompressedRegister { get; set; }

    /// <summary>Whether a registration with name servers is sent in parts: one of tens of thousands of topics is a body of megabytes.</summary>
    public bool EnableSplitRegistration { get; init; }

    /// <summary>Topics of a part.</summary>
    public int SplitRegistrationSize { get; init; } = 800;

    /// <summary>Whether slaves and tools that ask for topics and groups page by page (those since 5.3.4) get pages; others get everything in any case.</summary>
    public bool EnableSplitMetadata { get; init; } = true;

    /// <summary>Most topics or groups of a page.</summary>
    [Range(1, int.MaxValue)]
    public int SplitMetadataSize { get; init; } = 2_000;

    /// <summary>Key <c>enableSingleTopicRegister</c>: name servers are told of a changed topic by REGISTER_TOPIC_IN_NAMESRV (since 5.0), as those
    /// with <c>deleteTopicWithBrokerRegistration</c> need it.</summary>
    public bool EnableSingleTopicRegister { get; set; }

    /// <summary>Key <c>channelExpiredTimeout</c>, ms a client may be silent.</summary>
    public long ChannelExpiredTimeout { get; set; } = 120_000;

    /// <summary>Key <c>subscriptionExpiredTimeout</c>, ms an absent client's subscription is kept.</summary>
    public long SubscriptionExpiredTimeout { get; set; } = 600_000;

    /// <summary>Key <c>enablePropertyFilter</c>: SQL92 subscriptions.</summary>
    public bool EnablePropertyFilter { get; set; }

    /// <summary>Key <c>maxErrorRateOfBloomFilter</c>, percent: sizes the bit maps of SQL92 subscriptions.</summary>
    [Range(1, 99)]
    public int MaxErrorRateOfBloomFilter { get; init; } = 20;

    /// <summary>Key <c>expectConsumerNumUseFilter</c>: groups of a topic expected to filter by SQL92.</summary>
    [Range(1, int.MaxValue)]
    public int ExpectConsumerNumUseFilter { get; init; } = 32;

    /// <summary>Key <c>filterDataCleanTimeSpan</c>, ms that the expression of a group without consumers is kept.</summary>
    public long FilterDataCleanTimeSpan { get; init; } = 24 * 3600 * 1000;

    /// <summary>Key <c>rejectPullConsumerEnable</c>: heartbeats of actively pulling consumers are not registered.</summary>
    public bool RejectPullConsumerEnable { get; set; }

    /// <summary>Key <c>rejectTransactionMessage</c>: half messages of transactions are refused.</summary>
    public bool RejectTransactionMessage { get; set; }

    /// <summary>Key <c>transactionTimeOut</c>, ms since its birth in which a half message is not checked.</summary>
    public long TransactionTimeOut { get; set; } = 6000;

    /// <summary>Key <c>transactionCheckMax</c>: how often a producer is asked before the half message goes to TRANS_CHECK_MAX_TIME_TOPIC.</summary>
    public int TransactionCheckMax { get; set; } = 15;

    /// <summary>Key <c>transactionCheckInterval</c>, ms between rounds of checks.</summary>
    [Range(1, int.MaxValue)]
    public int TransactionCheckInterval { get; init; } = 30_000;

    /// <summary>Key <c>transactionOpMsgMaxSize</c>: bytes of ended offsets that are written without waiting longer.</summary>
    [Range(1, int.MaxValue)]
    public int TransactionOpMsgMaxSize { get; set; } = 4096;

    /// <summary>Key <c>transactionOpBatchInterval</c>, ms that ended offsets wait to be written together.</summary>
    [Range(1, int.MaxValue)]
    public int TransactionOpBatchInterval { get; init; } = 3000;

    /// <summary>Key <c>transactionMetricFlushInterval</c>, ms between writes of config/transactionMetrics.</summary>
    [Range(1, int.MaxValue)]
    public int TransactionMetricFlushInterval { get; init; } = 3000;

    /// <summary>Key <c>storeReplyMessageEnable</c>: replies to requests are stored, too.</summary>
    public bool StoreReplyMessageEnable { get; set; } = true;

    /// <summary>Key <c>litePullMessageEnable</c>: LITE_PULL_MESSAGE (361) is served.</summary>
    public bool LitePullMessageEnable { get; set; } = true;

    /// <summary>Key <c>useServerSideResetOffset</c>: a reset of offsets is kept here until the group pulls, rather than sent to its clients.</summary>
    public bool UseServerSideResetOffset { get; set; } = true;

    /// <summary>Key <c>validateSystemTopicWhenUpdateTopic</c>: a system topic can't be changed by UPDATE_AND_CREATE_TOPIC.</summary>
    public bool ValidateSystemTopicWhenUpdateTopic { get; set; } = true;

    /// <summary>Key <c>clearRetryTopicWhenDeleteTopic</c>: the retry topics that popping made for a topic are deleted with it.</summary>
    public bool ClearRetryTopicWhenDeleteTopic { get; set; } = true;

    /// <summary>Key <c>enableMixedMessageType</c>: topics may have the attribute message.type=MIXED.</summary>
    public bool EnableMixedMessageType { get; set; }

    /// <summary>Key <c>pullThreadPoolQueueCapacity</c>: pulls that may be parked at once.</summary>
    [Range(1, int.MaxValue)]
    public int PullThreadPoolQueueCapacity { get; init; } = 100_000;

    /// <summary>Key <c>adminBrokerThreadPoolQueueCapacity</c>: administrative requests that may wait at once.</summary>
    [Range(1, int.MaxValue)]
    public int AdminBrokerThreadPoolQueueCapacity { get; init; } = 10_000;

    /// <summary>Key <c>queryThreadPoolQueueCapacity</c>: message queries that may wait at once.</summary>
    [Range(1, int.MaxValue)]
    public int QueryThreadPoolQueueCapacity { get; init; } = 20_000;

    /// <summary>Key <c>reviveQueueNum</c>: queues of the pop revive topic.</summary>
    [Range(1, 65_536)]
    public int ReviveQueueNum { get; init; } = 8;

    /// <summary>Key <c>recallMessageEnable</c>: producers may take timers back.</summary>
    public bool RecallMessageEnable { get; set; }

    /// <summary>Key <c>allowRecallWhenBrokerNotWriteable</c>: timers can be taken back though brokerPermission forbids to write.</summary>
    public bool AllowRecallWhenBrokerNotWriteable { get; set; } = true;

    /// <summary>Key <c>reviveInterval</c>, ms between looks for popped messages that nobody acknowledged.</summary>
    [Range(1, int.MaxValue)]
    public int ReviveInterval { get; init; } = 1000;

    /// <summary>Key <c>popPollingSize</c>: pops of one group that may wait for one queue, or for all queues of a topic.</summary>
    public int PopPollingSize { get; set; } = 1024;

    /// <summary>Key <c>maxPopPollingSize</c>: pops that may wait at once, and as many notifications.</summary>
    public long MaxPopPollingSize { get; set; } = 100_000;

    /// <summary>Key <c>popFromRetryProbability</c>, per cent of pops that look into the retry topics first.</summary>
    [Range(0, 100)]
    public int PopFromRetryProbability { get; set; } = 20;

    /// <summary>Key <c>popLongPollingForceNotifyInterval</c>: every so many messages a waiting pop looks though its filter passes nothing; 0 for never.</summary>
    public long PopLongPollingForceNotifyInterval { get; set; } = 800;

    /// <summary>Key <c>initPopOffsetByCheckMsgInMem</c>: groups that begin at the end of a young queue get all of it.</summary>
    public bool InitPopOffsetByCheckMsgInMem { get; set; } = true;

    /// <summary>Key <c>enableRetryTopicV2</c>: popped messages that come back go to <c>%RETRY%group+topic</c>, not <c>%RETRY%group_topic</c>.</summary>
    public bool EnableRetryTopicV2 { get; set; }

    /// <summary>Key <c>retrieveMessageFromPopRetryTopicV1</c>: with <see cref="EnableRetryTopicV2"/>, v1 retry topics are still popped.</summary>
    public bool RetrieveMessageFromPopRetryTopicV1 { get; set; } = true;

    /// <summary>Key <c>popResponseReturnActualRetryTopic</c>: popped records of retry topics keep the retry topic's name.</summary>
    public bool PopResponseReturnActualRetryTopic { get; set; }

    /// <summary>Key <c>serverLoadBalancerEnable</c>: the broker shares queues out; otherwise each consumer is told of all.</summary>
    public bool ServerLoadBalancerEnable { get; set; } = true;

    /// <summary>Key <c>defaultMessageRequestMode</c>: PULL or POP, for groups of which nothing is set.</summary>
    public MessageRequestMode DefaultMessageRequestMode { get; set; }

    /// <summary>Key <c>defaultPopShareQueueNum</c>: how many further consumers' queues a popping consumer shares; −1 for all.</summary>
    [Range(-1, int.MaxValue)]
    public int DefaultPopShareQueueNum { get; set; } = -1;

    /// <summary>Key <c>brokerConfigPath</c>: the file that mqadmin updateBrokerConfig changes. The one given with -c.</summary>
    public string BrokerConfigPath { get; init; } = "";

    /// <summary>Key <c>configBlackList</c>: keys that mqadmin updateBrokerConfig may not change, separated by semicolons; these two and rocketmqHome never.</summary>
    public string ConfigBlackList { get; init; } = "configBlackList;brokerConfigPath";

    /// <summary>Key <c>authenticationEnabled</c>: requests must be signed by a user of the broker.</summary>
    public bool AuthenticationEnabled { get; init; }

    /// <summary>Key <c>authenticationWhitelist</c>: request codes, separated by commas, that need no signature.</summary>
    public string AuthenticationWhitelist { get; init; } = "";

    /// <summary>Key <c>initAuthenticationUser</c>: <c>{"username":"…","password":"…"}</c>, a super user that is made at start if there is none of that name.</summary>
    public string InitAuthenticationUser { get; init; } = "";

    /// <summary>
    /// Key <c>innerClientAuthenticationCredentials</c>: <c>{"accessKey":"…","secretKey":"…"}</c>, what the broker signs its own requests
    /// with; a super user of that name is made at start if there is none.
    /// </summary>
    public string InnerClientAuthenticationCredentials { get; init; } = "";

    /// <summary>Key <c>authorizationEnabled</c>: users may do only what access control lists allow them; super users anything.</summary>
    public bool AuthorizationEnabled { get; init; }

    /// <summary>Key <c>authorizationWhitelist</c>: request codes, separated by commas, that any user may send.</summary>
    public string AuthorizationWhitelist { get; init; } = "";

    /// <summary>
    /// Key <c>aclEnable</c>: ACL 1.0. Requests must be signed by an account of conf/plain_acl.yml under rocketmqHome, which says what it may
    /// do; the file is read at start.
    /// </summary>
    public bool AclEnable { get; init; }

    /// <summary>Key <c>rocketmqHome</c>: the directory whose conf/plain_acl.yml is read. Empty: the environment's ROCKETMQ_HOME.</summary>
    public string RocketmqHome { get; init; } = "";

    /// <summary>Key <c>serverMaxConnections</c> (ours): client connections held at once.</summary>
    [Range(1, int.MaxValue)]
    public int ServerMaxConnections { get; init; } = 65_536;

    /// <summary>
    /// Whether a stop first asks clients to go: for <see cref="ShutdownWaitTimeSeconds"/>, or until all have gone, requests of clients from 5.3.2 on are answered
    /// GO_AWAY (1500), and are sent again elsewhere; those of others are served.
    /// </summary>
    public bool EnableShutdownGracefully { get; init; }

    /// <summary>Longest that such a stop waits for them, s.</summary>
    public int ShutdownWaitTimeSeconds { get; init; } = 30;

    /// <summary>Key <c>serverChannelMaxIdleTimeSeconds</c>: a connection silent for so long is closed.</summary>
    public int ServerChannelMaxIdleTimeSeconds { get; init; } = 120;

    /// <summary>
    /// Key <c>metricsExporterType</c>: where figures go. PROM: to who asks for /metrics. OTLP_GRPC: to metricsGrpcExporterTarget. LOG: into the
    /// log. DISABLE: nowhere. Apache's default is DISABLE; here a figure costs nothing until someone asks, and only this machine can.
    /// </summary>
    public MetricsExporterType MetricsExporterType { get; init; } = MetricsExporterType.Prom;

    /// <summary>
    /// Key <c>metricsPromExporterHost</c>: the address that /metrics, /health/live and /health/ready are served at. Empty: loopback, where
    /// Apache takes brokerIP1. There is no access control: name a network that is trusted.
    /// </summary>
    public string MetricsPromExporterHost { get; init; } = "";

    /// <summary>
    /// Key <c>metricsPromExporterPort</c>: the port of /metrics, /health/live and /health/ready; 0 takes any free one. If it is taken, the broker
    /// warns and serves without them: give each broker of a machine its own.
    /// </summary>
    [Range(0, 65_535)]
    public int MetricsPromExporterPort { get; init; } = 5557;

    /// <summary>Key <c>healthEnable</c> (ours): /health/live and /health/ready are served, whatever metricsExporterType says.</summary>
    public bool HealthEnable { get; init; } = true;

    /// <summary>Key <c>metricsPromUnitSuffix</c> (ours): names of metrics end in their unit, as the exporter in Apache 5.1 and later writes them.</summary>
    public bool MetricsPromUnitSuffix { get; init; }

    /// <summary>Key <c>metricsLabel</c>: labels of every series, <c>name:value,name:value</c>.</summary>
    public string MetricsLabel { get; init; } = "";

    /// <summary>Key <c>metricsInDelta</c>: OTLP exports counters as differences; every series is labelled aggregation=delta.</summary>
    public bool MetricsInDelta { get; init; }

    /// <summary>Key <c>metricsOtelCardinalityLimit</c>: series of one metric; rocketmq_metrics_dropped_series counts those left out.</summary>
    [Range(1, int.MaxValue)]
    public int MetricsOtelCardinalityLimit { get; init; } = 50_000;

    /// <summary>Key <c>metricsGrpcExporterTarget</c>: the collector, http://host:4317; without a scheme it is https.</summary>
    public string MetricsGrpcExporterTarget { get; init; } = "";

    /// <summary>Key <c>metricsGrpcExporterHeader</c>: headers for the collector, <c>name:value,name:value</c>.</summary>
    public string MetricsGrpcExporterHeader { get; init; } = "";

    /// <summary>Key <c>metricGrpcExporterTimeOutInMills</c>: how long the collector may take, ms.</summary>
    [Range(1, int.MaxValue)]
    public int MetricGrpcExporterTimeOutInMills { get; init; } = 3000;

    /// <summary>Key <c>metricGrpcExporterIntervalInMills</c>, ms between exports to the collector.</summary>
    [Range(1, int.MaxValue)]
    public int MetricGrpcExporterIntervalInMills { get; init; } = 60_000;

    /// <summary>Key <c>metricLoggingExporterIntervalInMills</c>, ms between exports into the log.</summary>
    [Range(1, int.MaxValue)]
    public int MetricLoggingExporterIntervalInMills { get; init; } = 10_000;

    /// <summary>Key <c>maxTopicNum</c> (ours): topics that clients may make; those that the broker needs itself, retry topics among them, are made in any case.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTopicNum { get; set; } = 100_000;

    /// <summary>Key <c>maxSubscriptionGroupNum</c> (ours): consumer groups that clients may make.</summary>
    [Range(1, int.MaxValue)]
    public int MaxSubscriptionGroupNum { get; set; } = 100_000;

    /// <summary>Key <c>maxHeartbeatSize</c> (ours): bytes of a heartbeat, and with it of what one client may subscribe to.</summary>
    [Range(1, int.MaxValue)]
    public int MaxHeartbeatSize { get; set; } = 1_048_576;

    /// <summary>Key <c>maxGroupsOfClient</c> (ours): groups that one connection may name in its heartbeats.</summary>
    [Range(1, int.MaxValue)]
    public int MaxGroupsOfClient { get; set; } = 1_000;

    /// <summary>Key <c>maxClientGroupNum</c> (ours): groups that all connections together may name in their heartbeats.</summary>
    [Range(1, int.MaxValue)]
    public int MaxClientGroupNum { get; set; } = 1_000_000;

    /// <summary>Key <c>maxFilterExpressionSize</c> (ours): characters of a subscription's expression.</summary>
    [Range(1, int.MaxValue)]
    public int MaxFilterExpressionSize { get; set; } = 65_536;

    /// <summary>Key <c>maxFilterNum</c> (ours): SQL92 expressions of groups that are kept; one more is not.</summary>
    [Range(1, int.MaxValue)]
    public int MaxFilterNum { get; init; } = 10_000;

    /// <summary>Key <c>maxConsumerOffsetNum</c> (ours): queues of groups that offsets are kept of.</summary>
    [Range(1, int.MaxValue)]
    public int MaxConsumerOffsetNum { get; set; } = 1_000_000;

    /// <summary>Key <c>maxQueueLockNum</c> (ours): queues of groups that may be locked at once to be consumed in order.</summary>
    [Range(1, int.MaxValue)]
    public int MaxQueueLockNum { get; set; } = 100_000;

    /// <summary>Key <c>maxOrderedPopNum</c> (ours): queues of groups that may be popped in order at once.</summary>
    [Range(1, int.MaxValue)]
    public int MaxOrderedPopNum { get; set; } = 100_000;

    /// <summary>Key <c>maxMessageRequestModeNum</c> (ours): topics of groups for which pull or pop may be set.</summary>
    [Range(1, int.MaxValue)]
    public int MaxMessageRequestModeNum { get; set; } = 100_000;

    /// <summary>Key <c>maxStatisticsNum</c> (ours): topics of groups that are counted singly; what others do is counted together.</summary>
    [Range(1, int.MaxValue)]
    public int MaxStatisticsNum { get; init; } = 100_000;

    /// <summary>Key <c>maxParkedPullSize</c> (ours): bytes that parked pulls may hold; one more is answered at once.</summary>
    [Range(1, long.MaxValue)]
    public long MaxParkedPullSize { get; set; } = 268_435_456;

    /// <summary>Key <c>maxParkedPopSize</c> (ours): bytes that parked pops may hold, and as many parked notifications; one more is told that too many wait.</summary>
    [Range(1, long.MaxValue)]
    public long MaxParkedPopSize { get; set; } = 268_435_456;

    /// <summary>Key <c>serverMaxConnectionsPerAddress</c> (ours): client connections of one address held at once.</summary>
    [Range(1, int.MaxValue)]
    public int ServerMaxConnectionsPerAddress { get; init; } = 32_768;

    /// <summary>Key <c>serverMaxIncompleteFrameBytes</c> (ours): bytes that frames which have arrived in part may hold on all connections; past it, who lets most of them wait for the longest is disconnected.</summary>
    [Range(1, long.MaxValue)]
    public long ServerMaxIncompleteFrameBytes { get; init; } = 268_435_456;

    /// <summary>Key <c>serverMaxUnreadReplyBytes</c> (ours): bytes of answers that may wait, on all connections, for clients that do not read; past it, who lets most of them wait for the longest is disconnected.</summary>
    [Range(1, long.MaxValue)]
    public long ServerMaxUnreadReplyBytes { get; init; } = 268_435_456;

    /// <summary>Key <c>serverMaxHandshakes</c> (ours): TLS handshakes that are under way at once; one more is refused, unless the oldest has made no end of itself for a second.</summary>
    [Range(1, int.MaxValue)]
    public int ServerMaxHandshakes { get; init; } = 1024;

    /// <summary>Key <c>serverHandshakeTimeoutMillis</c> (ours): how long a client may take for its TLS handshake, and a proxy for its header, from the first byte on.</summary>
    [Range(1, int.MaxValue)]
    public int ServerHandshakeTimeoutMillis { get; init; } = 10_000;

    /// <summary>Key <c>serverMaxWaitingRequestBytes</c> (ours): bytes of requests that may wait for each of the queues pull, admin and query; one more is answered that the system is busy.</summary>
    [Range(1, long.MaxValue)]
    public long ServerMaxWaitingRequestBytes { get; init; } = 67_108_864;
}
