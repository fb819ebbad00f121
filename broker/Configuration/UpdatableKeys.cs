using System.Collections.Frozen;
using RocketMQ.Broker.Replication;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;

namespace RocketMQ.Broker.Configuration;

/// <summary>
/// The keys that an operator may change from afar: those that are in force at once, and a few figures that are kept for the next start. Who may
/// do what, who the broker is, where it listens and where its files are is decided on its own machine.
/// </summary>
internal static class UpdatableKeys
{
    /// <summary>A property that can be set is made so for this: the record says which are in force at once.</summary>
    private static readonly FrozenSet<string> Live = OptionsBinder.Keys(typeof(BrokerOptions)).Concat(OptionsBinder.Keys(typeof(StoreOptions)))
        .Concat(OptionsBinder.Keys(typeof(ReplicationOptions)))
        .Where(OptionsBinder.IsLive).Select(OptionsBinder.KeyOf).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Read at start; sizes and intervals that are tuned with a look at a running broker.</summary>
    private static readonly FrozenSet<string> NextStart = new[]
    {
        "accessMessageInMemoryMaxRatio", "adminBrokerThreadPoolQueueCapacity", "checkCRCOnRecover", "cleanResourceInterval", "defaultTopicQueueNums",
        "expectConsumerNumUseFilter", "filterDataCleanTimeSpan", "flushConsumerOffsetInterval", "flushDiskType", "maxErrorRateOfBloomFilter",
        "metricGrpcExporterIntervalInMills", "metricGrpcExporterTimeOutInMills", "metricLoggingExporterIntervalInMills", "pullThreadPoolQueueCapacity",
        "queryThreadPoolQueueCapacity", "registerNameServerPeriod", "reviveInterval", "serverChannelMaxIdleTimeSeconds", "serverMaxConnections",
        "timerFlushIntervalMs", "traceOn", "transactionCheckInterval", "transactionMetricFlushInterval", "transactionOpBatchInterval",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Security = new[]
    {
        "aclEnable", "authenticationEnabled", "authenticationWhitelist", "authorizationEnabled", "authorizationWhitelist", "initAuthenticationUser",
        "innerClientAuthenticationCredentials", "proxyProtocolTrustedAddresses", "rocketmqHome", "tlsMode", "useTLS",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string key) => Live.Contains(key) || NextStart.Contains(key);

    /// <summary>Why a key is not among them, as the end of a sentence about it.</summary>
    public static string WhyNot(string key) =>
        Security.Contains(key) || key.StartsWith("tls.", StringComparison.Ordinal) ? "decides who may do what, which nobody decides from afar"
        : key.StartsWith("storePath", StringComparison.Ordinal) ? "says where the store is, and is read at start only"
        : "is read at start only";
}
