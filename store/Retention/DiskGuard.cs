using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Retention;

/// <summary>What the disks' use asks for. Limits are percents in use, held within Apache's bounds.</summary>
internal sealed class DiskGuard(StoreOptions options, IStoreFileSystem files)
{
    private int RefuseAbove => Math.Clamp(options.DiskSpaceWarningLevelRatio, 35, 90);

    private int CleanUnexpiredAbove => Math.Clamp(options.DiskSpaceCleanForciblyRatio, 30, 85);

    /// <summary>Share of the commit log's disk in use, 0 to 1.</summary>
    public double LogRatio => files.SpaceOf(options.CommitLogPath).UsedRatio;

    /// <summary>Share of the consume queues' disk in use, 0 to 1.</summary>
    public double QueuesRatio => files.SpaceOf(options.StorePathRootDir).UsedRatio;

    /// <summary>The need of the fuller of the log's disk and the queues', and how things stand there in words.</summary>
    public DiskNeed Look(out string report)
    {
        var (logRatio, queuesRatio) = (LogRatio, QueuesRatio);
        var percent = Math.Max(logRatio, queuesRatio) * 100;
        report = string.Create(
            CultureInfo.InvariantCulture,
            $"the disk of {(logRatio >= queuesRatio ? options.CommitLogPath : options.StorePathRootDir)} is {percent:0.#} % full, the limit is diskSpaceWarningLevelRatio={RefuseAbove}: free space there");
        return percent > RefuseAbove ? DiskNeed.RefuseWrites
            : percent > CleanUnexpiredAbove ? DiskNeed.CleanUnexpired
            : percent > options.DiskMaxUsedSpaceRatio ? DiskNeed.CleanExpired
            : DiskNeed.None;
    }
}
