namespace RocketMQ.Protocol.Bodies;

/// <summary>A queue that a consumer pulls from. Times in ms since 1970.</summary>
public sealed record ProcessQueueInfo
{
    public long CommitOffset { get; init; }
    public long CachedMsgMinOffset { get; init; }
    public long CachedMsgMaxOffset { get; init; }
    public int CachedMsgCount { get; init; }
    public int CachedMsgSizeInMiB { get; init; }
    public long TransactionMsgMinOffset { get; init; }
    public long TransactionMsgMaxOffset { get; init; }
    public int TransactionMsgCount { get; init; }
    public bool Locked { get; init; }
    public long TryUnlockTimes { get; init; }
    public long LastLockTimestamp { get; init; }
    public bool Droped { get; init; }
    public long LastPullTimestamp { get; init; }
    public long LastConsumeTimestamp { get; init; }
}
