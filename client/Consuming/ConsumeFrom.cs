namespace RocketMQ.Client;

/// <summary>Where a group begins in a queue it has no stored offset for.</summary>
public enum ConsumeFrom
{
    /// <summary>At the end. On a topic so young that brokers still hold all of it in memory, they begin at the first message even so.</summary>
    LastOffset,

    /// <summary>At the first message that is still there.</summary>
    FirstOffset,

    /// <summary>At the first message stored at <see cref="ConsumerOptions.ConsumeFromTime"/> or later.</summary>
    Timestamp,
}
