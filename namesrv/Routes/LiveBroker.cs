using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>One broker process that registers: the state of its topics, and when it was last heard.</summary>
internal sealed class LiveBroker(BrokerRegistration registration, long timestamp)
{
    /// <summary>Without a timeout of its own a broker may be silent for this long.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(120);

    public string Name { get; } = registration.Name;

    public TimeSpan Timeout { get; } =
        registration.HeartbeatTimeoutMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : DefaultTimeout;

    public DataVersion DataVersion { get; } = registration.Topics.DataVersion;

    public RemotingConnection Connection { get; } = registration.Connection;

    public string HaAddress { get; } = registration.HaAddress;

    public long LastHeardTimestamp { get; set; } = timestamp;
}
