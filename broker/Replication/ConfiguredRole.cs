namespace RocketMQ.Broker.Replication;

/// <summary>Key <c>brokerRole</c>: what a broker is to its set when it starts, and as a master whom its sends wait for.</summary>
public enum ConfiguredRole
{
    /// <summary>It answers a send when it has the message itself; slaves follow as fast as they can.</summary>
    AsyncMaster,

    /// <summary>It answers a send when as many brokers of its set have the message as are asked for.</summary>
    SyncMaster,

    /// <summary>It follows the master of its name.</summary>
    Slave,
}
