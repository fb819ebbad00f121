using System.Globalization;
using RocketMQ.Store.Files;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Retention;

/// <summary>
/// What the disks' use asks for. Limits are percents in use, held within Apache's bounds. Of the disks that a log is spread over the emptiest counts: the
/// next file goes there.
/// </summary>
internal sealed class DiskGuard(StoreOptions options, LogPaths paths, IStoreFileSystem files)
{
    private int RefuseAbove => Math.Clamp(options.DiskSpaceWarningLevelRatio, 35, 90);

    /// <summary>Share of the commit log's disk in use, 0 to 1.</summary>
    public double LogRatio => paths.Writable.Min(paths.UsedRatio);

    /// <summary>The same for each of the log's directories.</summary>
    public IReadOnlyList<(string Path, double Ratio)> LogRatios => [.. paths.All.Select(path => (path, paths.UsedRatio(path)))];

    /// <summary>Share of the consume queues' disk in use, 0 to 1.</summary>
    public double QueuesRatio => files.SpaceOf(options.StorePathRootDir).UsedRatio;

    /// <summary>The need of the fuller of the log's disk and the queues', and how things stand there in words.</summary>
    public DiskNeed Look(out string report)
    {
        var (logRatio, queuesRatio) = (LogRatio, QueuesRatio);
        var percent = Math.Max(logRatio, queuesRatio) * 100;
        var where = logRatio < queuesRatio ? options.StorePathRootDir : string.Join(" and that of ", paths.Writable);
        report = string.Create(
            CultureInfo.InvariantCulture,
            $"the disk of {where} is {percent:0.#} % full{(paths.Writable.Count > 1 ? " or more" : "")}, the limit is diskSpaceWarningLevelRatio={RefuseAbove}: free space there");
        return percent > RefuseAbove ? DiskNeed.RefuseWrites
            : percent > options.CleanUnexpiredAbove ? DiskNeed.CleanUnexpired
            : percent > options.DiskMaxUsedSpaceRatio ? DiskNeed.CleanExpired
            : DiskNeed.None;
    }
}
