using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Client;

/// <summary>What all producers and consumers of a <see cref="RocketMQClient"/> share. Intervals default to those of Apache's clients.</summary>
public sealed record ClientOptions
{
    /// <summary>Name servers as <c>host:port</c>, joined by <c>;</c>. Any of them will do: the next is asked when one does not answer.</summary>
    public string NameServers { get; init; } = Environment.GetEnvironmentVariable("NAMESRV_ADDR") ?? "127.0.0.1:9876";

    /// <summary>Makes up the client id with <see cref="ClientIp"/>. When absent, one that no other process has.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Appended to the client id.</summary>
    public string? UnitName { get; init; }

    /// <summary>This host's address as others see it; part of the client id and of message ids. When absent, that of the first network interface.</summary>
    public string? ClientIp { get; init; }

    /// <summary>Time for a request to a name server or a broker to be answered, sends and long polls apart.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the routes of topics in use are asked for again.</summary>
    public TimeSpan RouteRefreshInterval { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Send the subscriptions to 5.x brokers only when they changed, a hash of them otherwise.</summary>
    public bool HeartbeatV2 { get; init; }

    /// <summary>Where producers and consumers that trace store their records.</summary>
    public string TraceTopic { get; init; } = "RMQ_SYS_TRACE_TOPIC";

    /// <summary>How headers are written. Requests that the binary form cannot carry (pop) are written as JSON in any case.</summary>
    public SerializeType Serialization { get; init; }

    /// <summary>Limits of the connections, and the keys that requests are signed with.</summary>
    public RemotingOptions Remoting { get; init; } = new();
}
