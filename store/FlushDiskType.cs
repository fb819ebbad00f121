namespace RocketMQ.Store;

/// <summary>When an append counts as done.</summary>
public enum FlushDiskType
{
    /// <summary>When the record is in the page cache; the disk follows within flushIntervalCommitLog.</summary>
    AsyncFlush,

    /// <summary>When the record is on the disk.</summary>
    SyncFlush,
}
