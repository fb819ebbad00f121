namespace RocketMQ.Store;

/// <summary>What became of a wait for the disk.</summary>
public enum FlushResult
{
    Ok,

    /// <summary>Not on the disk within syncFlushTimeout; the message is stored and may still get there.</summary>
    Timeout,

    /// <summary>The disk reported an error, or the store stopped first.</summary>
    Failed,
}
