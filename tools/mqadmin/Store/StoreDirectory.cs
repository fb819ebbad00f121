using System.Globalization;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.MqAdmin.Store;

/// <summary>
/// A broker's store at rest, ours or Apache's: where its parts are and how large its files are made, as they themselves tell. Everything is opened
/// for reading only.
/// </summary>
internal sealed class StoreDirectory
{
    private const int UnitBytes = QueueUnit.Bytes;
    private const int IndexHeaderBytes = 40;
    private const int IndexSlotBytes = 4;
    private const int IndexEntryBytes = 20;

    /// <summary>Every version of Apache's broker has four entries for a slot.</summary>
    private const int EntriesPerSlot = 4;

    private readonly string? _commitLog;

    private StoreDirectory(string root, string? commitLog, IReadOnlyList<string> commitLogs)
    {
        Root = root;
        _commitLog = commitLog;
        Segments = [.. commitLogs.SelectMany(Numbered).OrderBy(f => f.Number).Select(f => new LogSegment(f.Path, f.Number, new FileInfo(f.Path).Length))];
        Queues = [.. Directories(QueuesPath).SelectMany(topic => Directories(topic).Select(queue => QueueListing.Load(queue, UnitBytes))).OfType<QueueListing>()];
        QueueFileBytes = Queues.Select(q => q.SpacingBytes).FirstOrDefault(s => s > 0) ?? CommonLength(Queues) ?? new StoreOptions { StorePathRootDir = root }.MappedFileSizeConsumeQueue;
        IndexFiles = [.. Numbered(Path.Combine(root, "index")).Select(f => f.Path)];
        CommitLogPaths = commitLogs;
    }

    public string Root { get; }

    /// <summary>Where files of the log are.</summary>
    public IReadOnlyList<string> CommitLogPaths { get; }

    /// <summary>The files of the log, oldest first.</summary>
    public IReadOnlyList<LogSegment> Segments { get; }

    /// <summary>The consume queues, by topic and number.</summary>
    public IReadOnlyList<QueueListing> Queues { get; }

    public int QueueFileBytes { get; }

    public IReadOnlyList<string> IndexFiles { get; }

    public string CheckpointPath => Path.Combine(Root, "checkpoint");

    /// <summary>Whether the broker that used it last stopped in order.</summary>
    public bool IsClean => !File.Exists(Path.Combine(Root, "abort"));

    public string ConfigPath => Path.Combine(Root, "config");

    public string BatchQueuesPath => Path.Combine(Root, "batchconsumequeue");

    private string QueuesPath => Path.Combine(Root, "consumequeue");

    /// <summary>Looks at a directory.</summary>
    /// <param name="commitLog">Where the log is, when not in the directory; several places joined by ','.</param>
    /// <exception cref="UsageException">There is no store.</exception>
    public static StoreDirectory Open(string path, string? commitLog)
    {
        var root = Path.GetFullPath(path);
        string[] logs = commitLog is null
            ? [Path.Combine(root, "commitlog")]
            : [.. commitLog.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
        return logs.FirstOrDefault(log => !Directory.Exists(log)) is { } missing
            ? throw new UsageException($"{root} is no store of a broker: there is no directory {missing}. Give storePathRootDir, and --commitlog if the commit log is elsewhere.")
            : new StoreDirectory(root, commitLog, logs);
    }

    /// <summary>The options under which a broker would open it.</summary>
    public StoreOptions ToOptions()
    {
        var options = new StoreOptions { StorePathRootDir = Root, StorePathCommitLog = _commitLog, MappedFileSizeConsumeQueue = QueueFileBytes };
        var hasLight = Queues.Any(q => q.Topic.StartsWith(ReservedTopics.LightPrefix, StringComparison.Ordinal));
        options = options with { EnableLmq = hasLight, EnableMultiDispatch = hasLight };
        if (Segments.Count > 0)
        {
            options = options with { MappedFileSizeCommitLog = checked((int)Segments[0].Length) };
        }

        return IndexShape() is { } shape ? options with { MaxHashSlotNum = shape.Slots, MaxIndexNum = shape.Slots * EntriesPerSlot } : options;
    }

    /// <summary>How many slots the index files have and where their entries begin; null when their size does not tell.</summary>
    public (int Slots, long EntriesAt)? IndexShape()
    {
        if (IndexFiles.Count == 0)
        {
            return null;
        }

        var bytes = new FileInfo(IndexFiles[0]).Length - IndexHeaderBytes;
        const int perSlot = IndexSlotBytes + EntriesPerSlot * IndexEntryBytes;
        return bytes > 0 && bytes % perSlot == 0 ? ((int)(bytes / perSlot), IndexHeaderBytes + bytes / perSlot * IndexSlotBytes) : null;
    }

    /// <summary>Files whose name is a number, in its order.</summary>
    internal static IEnumerable<(string Path, long Number)> Numbered(string directory) =>
        !Directory.Exists(directory)
            ? []
            : Directory.EnumerateFiles(directory)
                .Where(path => long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(path => (path, long.Parse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture)))
                .OrderBy(f => f.Item2);

    private static IEnumerable<string> Directories(string path) =>
        Directory.Exists(path) ? Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal) : [];

    /// <summary>Brokers make all queue files of one length; one that was not closed in order may be shorter.</summary>
    private static int? CommonLength(IReadOnlyList<QueueListing> queues)
    {
        var lengths = queues.Select(q => q.LastLength).Distinct().ToList();
        return lengths.Count == 1 && lengths[0] > 0 && lengths[0] % UnitBytes == 0 ? checked((int)lengths[0]) : null;
    }
}
