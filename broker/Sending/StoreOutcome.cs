namespace RocketMQ.Broker.Sending;

/// <summary>How safe a stored message is when its producer is answered.</summary>
public enum StoreOutcome
{
    /// <summary>Nobody has waited for it.</summary>
    Unknown,

    /// <summary>As safe as the configuration asks, or as its producer does.</summary>
    Stored,

    /// <summary>Stored, but not on the disk within syncFlushTimeout.</summary>
    FlushDiskTimeout,

    /// <summary>Stored in memory; the disk reported an error, or the store stops. It may never get there.</summary>
    FlushDiskFailed,

    /// <summary>Stored, but not acknowledged by a slave in time.</summary>
    FlushSlaveTimeout,

    /// <summary>Stored, but no slave is near enough to acknowledge.</summary>
    SlaveNotAvailable,
}
