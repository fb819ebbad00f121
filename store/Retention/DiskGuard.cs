using RocketMQ.Store.Files;

namespace RocketMQ.Store.Retention;

/// <summary>What the disks' use asks for. Ratios are shares in use, 0 to 1, held within Apache's bounds.</summary>
internal sealed class DiskGuard(StoreOptions options, IStoreFileSystem files)
{
    private double RefuseAbove => Math.Clamp(options.DiskSpaceWarningLevelRatio / 100.0, 0.35, 0.90);

    private double CleanAtOnceAbove => Math.Clamp(options.DiskSpaceCleanForciblyRatio / 100.0, 0.30, 0.85);

    private double CleanAbove => options.DiskMaxUsedSpaceRatio / 100.0;

    public double LogRatio => files.SpaceOf(options.CommitLogPath).UsedRatio;

    public double QueuesRatio => files.SpaceOf(options.StorePathRootDir).UsedRatio;

    /// <summary>The need of the fuller of the log's disk and the queues'.</summary>
    public DiskNeed Look()
    {
        var ratio = Math.Max(LogRatio, QueuesRatio);
        if (ratio > RefuseAbove)
        {
            return DiskNeed.RefuseWrites;
        }
        if (ratio > CleanAtOnceAbove)
        {
            return DiskNeed.CleanUnexpired;
        }
        return ratio > CleanAbove ? DiskNeed.CleanExpired : DiskNeed.None;
    }
}
