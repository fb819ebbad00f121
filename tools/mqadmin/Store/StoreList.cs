using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Store;

internal sealed class StoreList : StoreVerb
{
    public StoreList()
        : base("storeList", "Lists the files of a store at rest with what they hold.", "/var/lib/rocketmq/store")
    {
    }

    protected override void Run(Call call, StoreDirectory store, CancellationToken cancellationToken)
    {
        var report = call.Report;
        report.Value("store", "Store", store.Root);
        report.Value("lastStop", "Last stop", store.IsClean ? "in order" : "a crash, or a broker is using it: there is an abort file");
        report.Note("\nCommit log");
        using (var log = new LogReader(store))
        {
            report.Table(
                "commitLog",
                store.Segments,
                new("#File", "file", s => Path.GetFileName(s.Path)),
                new("#From", "from", s => s.BaseOffset),
                new("#To", "to", s => s.EndOffset),
                new("#Bytes", "bytes", s => s.Length),
                new("#First Stored", "firstStored", s => FirstStored(log, s)));
        }

        report.Note("\nConsume queues");
        report.Table(
            "queues",
            store.Queues.Select(q => (Queue: q, Extent: Extent(q))),
            new("#Topic", "topic", q => q.Queue.Topic),
            new("#QID", "queueId", q => q.Queue.QueueId),
            new("#From", "from", q => q.Extent.From),
            new("#To", "to", q => q.Extent.To),
            new("#Messages", "messages", q => q.Extent.To - q.Extent.From),
            new("#Files", "files", q => q.Queue.FileCount),
            new("#Bytes", "bytes", q => q.Queue.TotalBytes));
        report.Note("\nIndex");
        report.Table(
            "index",
            store.IndexFiles.Select(IndexListing.Load),
            new("#File", "file", i => Path.GetFileName(i.Path)),
            new("#Entries", "entries", i => i.EntryCount),
            new("#From Offset", "fromOffset", i => i.BeginOffset),
            new("#To Offset", "toOffset", i => i.EndOffset),
            new("#From", "from", i => Format.Time(i.BeginTimestamp)),
            new("#To", "to", i => Format.Time(i.EndTimestamp)));
        report.Note("\nOther files");
        report.Table(
            "others",
            Others(store),
            new("#File", "file", f => Path.GetRelativePath(store.Root, f.FullName)),
            new("#Bytes", "bytes", f => f.Length),
            new("#Changed", "changed", f => new DateTimeOffset(f.LastWriteTimeUtc)));
        if (CheckpointListing.Load(store.CheckpointPath) is { } checkpoint)
        {
            report.Note("");
            report.Value("checkpointLog", "Checkpoint: log on the disk up to", Format.Time(checkpoint.Log));
            report.Value("checkpointQueues", "Checkpoint: queues on the disk up to", Format.Time(checkpoint.Queues));
            report.Value("checkpointIndex", "Checkpoint: index on the disk up to", Format.Time(checkpoint.Index));
        }
    }

    private static (long From, long To) Extent(QueueListing queue)
    {
        var (first, last) = (-1L, -1L);
        foreach (var (offset, _) in queue.Units())
        {
            first = first < 0 ? offset : first;
            last = offset;
        }

        return first < 0 ? (queue.FirstOffset, queue.FirstOffset) : (first, last + 1);
    }

    private static DateTimeOffset? FirstStored(LogReader log, LogSegment segment)
    {
        DateTimeOffset? stored = null;
        log.Walk(segment.BaseOffset, (in MessageRecord record, long offset) =>
        {
            stored = offset == segment.BaseOffset ? Format.Time(record.StoreTimestamp) : null;
            return false;
        });
        return stored;
    }

    /// <summary>All that stands in no table above.</summary>
    private static IEnumerable<FileInfo> Others(StoreDirectory store) =>
        Directory.EnumerateFiles(store.Root, "*", SearchOption.AllDirectories)
            .Where(path => !IsListed(store, Path.GetRelativePath(store.Root, path)))
            .Order(StringComparer.Ordinal)
            .Select(path => new FileInfo(path));

    private static bool IsListed(StoreDirectory store, string path)
    {
        var folder = path.Split(Path.DirectorySeparatorChar)[0];
        var isNumbered = long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isNumbered && (folder is "consumequeue" or "index" || store.CommitLogPaths.Contains(Path.Combine(store.Root, folder)));
    }
}
