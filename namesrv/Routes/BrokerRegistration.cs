using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>What a broker says of itself in REGISTER_BROKER.</summary>
internal sealed record BrokerRegistration
{
    public required string Cluster { get; init; }
    public required string Name { get; init; }
    public required string Address { get; init; }

    /// <summary>0 for a master.</summary>
    public required long Id { get; init; }

    public required string HaAddress { get; init; }
    public string? Zone { get; init; }

    /// <summary>Silence after which the broker is gone; null: 120 s.</summary>
    public long? HeartbeatTimeoutMs { get; init; }

    /// <summary>Null for brokers before 5.0, whose slaves never speak for the name.</summary>
    public bool? EnableActingMaster { get; init; }

    public required TopicConfigAndMappingSerializeWrapper Topics { get; init; }

    /// <summary>Null: the registration says nothing of them.</summary>
    public IReadOnlyList<string>? FilterServers { get; init; }

    public required RemotingConnection Connection { get; init; }
}
