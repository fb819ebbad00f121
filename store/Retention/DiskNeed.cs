namespace RocketMQ.Store.Retention;

/// <summary>What has to be done about a disk's use; each includes those before it.</summary>
internal enum DiskNeed
{
    None,

    /// <summary>Over diskMaxUsedSpaceRatio: delete expired files at any hour.</summary>
    CleanExpired,

    /// <summary>Over diskSpaceCleanForciblyRatio: delete files that are not expired yet.</summary>
    CleanUnexpired,

    /// <summary>Over diskSpaceWarningLevelRatio: take no messages meanwhile.</summary>
    RefuseWrites,
}
