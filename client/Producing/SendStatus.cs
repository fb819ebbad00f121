namespace RocketMQ.Client;

/// <summary>How safe a stored message was when the broker answered. Whatever it says, the message is stored and will be delivered.</summary>
public enum SendStatus
{
    /// <summary>As safe as the broker is set up to make it.</summary>
    Stored,

    /// <summary>A broker that flushes synchronously did not manage in time.</summary>
    FlushDiskTimeout,

    /// <summary>A broker that replicates synchronously did not hear from its slave in time.</summary>
    FlushSlaveTimeout,

    /// <summary>A broker that replicates synchronously has no slave at hand.</summary>
    SlaveNotAvailable,
}
