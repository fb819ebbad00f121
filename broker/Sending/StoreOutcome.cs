namespace RocketMQ.Broker.Sending;

/// <summary>How safe a stored message is when its producer is answered.</summary>
public enum StoreOutcome
{
    Stored,

    /// <summary>Stored, but not on the disk within syncFlushTimeout.</summary>
    FlushDiskTimeout,

    /// <summary>Stored, but not acknowledged by a slave in time.</summary>
    FlushSlaveTimeout,

    /// <summary>Stored, but no slave is near enough to acknowledge.</summary>
    SlaveNotAvailable,
}
