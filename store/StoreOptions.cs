using System.ComponentModel.DataAnnotations;

namespace RocketMQ.Store;

/// <summary>What a store is configured with. Names are Apache's configuration keys; defaults are Apache's. Times in milliseconds unless said otherwise.
/// A property that can be set may change while the store is open: read it where it is used, don't keep a copy.</summary>
public sealed record StoreOptions
{
    /// <summary>The store's directory; it is created when missing.</summary>
    public required string StorePathRootDir { get; init; }

    /// <summary>
    /// The commit log's directory; <c>commitlog</c> under the root when null. Several, joined by ',', share the files: each next one goes to the one
    /// whose turn it is among those that diskSpaceCleanForciblyRatio allows.
    /// </summary>
    public string? StorePathCommitLog { get; init; }

    /// <summary>
    /// Directories, joined by ',', whose commit log files are read and in time deleted, and where no more are made; only the file that the log ends in is
    /// written to its end. Named in storePathCommitLog or not.
    /// </summary>
    public string? ReadOnlyCommitLogStorePaths { get; init; }

    /// <summary>Size of a commit log file in bytes. A store whose files have another size keeps that one.</summary>
    [Range(1024, int.MaxValue)]
    public int MappedFileSizeCommitLog { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Size of a consume queue file in bytes, rounded up to whole 20-byte units.</summary>
    [Range(20, int.MaxValue)]
    public int MappedFileSizeConsumeQueue { get; init; } = 300_000 * 20;

    /// <summary>Size of a batch consume queue file in bytes, rounded up to whole 46-byte units. Apache's spelling.</summary>
    [Range(46, int.MaxValue)]
    public int MapperFileSizeBatchConsumeQueue { get; init; } = 300_000 * 46;

    /// <summary>When a message counts as stored: once it is in memory (ASYNC_FLUSH), or once it is on the disk (SYNC_FLUSH), which a producer waits for.</summary>
    public FlushDiskType FlushDiskType { get; init; } = FlushDiskType.AsyncFlush;

    /// <summary>How long a synchronous flush may take before the producer is told FLUSH_DISK_TIMEOUT.</summary>
    [Range(1, int.MaxValue)]
    public int SyncFlushTimeout { get; set; } = 5_000;

    /// <summary>With ASYNC_FLUSH, how often the commit log is brought to the disk while it is written to.</summary>
    [Range(1, int.MaxValue)]
    public int FlushIntervalCommitLog { get; set; } = 500;

    /// <summary>Less dirty data than this many 4 KiB pages waits for the thorough interval.</summary>
    public int FlushCommitLogLeastPages { get; set; } = 4;

    /// <summary>How long data may wait for the disk, however little it is.</summary>
    [Range(1, int.MaxValue)]
    public int FlushCommitLogThoroughInterval { get; set; } = 10_000;

    /// <summary>How often new entries of consume queues are written to their files.</summary>
    [Range(1, int.MaxValue)]
    public int FlushIntervalConsumeQueue { get; set; } = 1_000;

    /// <summary>How often consume queues and index are brought to the disk, and the point noted where a start after a crash resumes.</summary>
    [Range(1, int.MaxValue)]
    public int FlushConsumeQueueThoroughInterval { get; set; } = 60_000;

    /// <summary>Largest body in bytes; a record may be 64 KiB larger.</summary>
    [Range(1, int.MaxValue)]
    public int MaxMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of the log one batch may take: its own properties are added to each of its messages. At least as much as one record may.</summary>
    [Range(1, 1024 * 1024 * 1024)]
    public int MaxBatchSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most bytes of the log that may wait to be listed in their queues before messages are refused.</summary>
    [Range(1, long.MaxValue)]
    public long MaxDispatchBehindBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Bytes of consume queue a filtered pull walks at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxFilterMessageSize { get; set; } = 16_000;

    /// <summary>Most bytes one pull returns of messages assumed to be in memory.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTransferBytesOnMessageInMemory { get; set; } = 256 * 1024;

    /// <summary>Most messages one pull returns of those assumed to be in memory.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTransferCountOnMessageInMemory { get; set; } = 32;

    /// <summary>Most bytes one pull returns of messages that may have to be read from the disk.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTransferBytesOnMessageInDisk { get; set; } = 64 * 1024;

    /// <summary>Most messages one pull returns of those that may have to be read from the disk.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTransferCountOnMessageInDisk { get; set; } = 8;

    /// <summary>Percent of physical memory the newest part of the log is assumed to be cached in.</summary>
    [Range(0, 100)]
    public int AccessMessageInMemoryMaxRatio { get; init; } = 40;

    /// <summary>Whether message bodies are checked against their CRC while the log's end is searched at start.</summary>
    public bool CheckCRCOnRecover { get; init; } = true;

    /// <summary>Whether messages can be found by key.</summary>
    public bool MessageIndexEnable { get; set; } = true;

    /// <summary>Hash slots of an index file. Index files of other sizes are built again.</summary>
    [Range(1, int.MaxValue)]
    public int MaxHashSlotNum { get; init; } = 5_000_000;

    /// <summary>Keys an index file holds.</summary>
    [Range(1, int.MaxValue)]
    public int MaxIndexNum { get; init; } = 20_000_000;

    /// <summary>Most messages a query by key finds.</summary>
    [Range(1, int.MaxValue)]
    public int MaxMsgsNumBatch { get; set; } = 64;

    /// <summary>Delays of levels 1, 2, …, as Apache writes them: numbers with s, m, h or d.</summary>
    public string MessageDelayLevel { get; init; } = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    /// <summary>Light message queues: a message may be listed in further queues named by INNER_MULTI_DISPATCH.</summary>
    public bool EnableLmq { get; init; }

    /// <summary>Whether INNER_MULTI_DISPATCH is heeded; light queues need both this and enableLmq.</summary>
    public bool EnableMultiDispatch { get; init; }

    /// <summary>Most light queues the store keeps.</summary>
    public int MaxLmqConsumeQueueNum { get; set; } = 20_000;

    /// <summary>Hours a commit log file is kept after its last write.</summary>
    public int FileReservedTime { get; set; } = 72;

    /// <summary>Hours of the day, as <c>04</c> or <c>04;16</c>, in which expired files are deleted.</summary>
    public string DeleteWhen { get; set; } = "04";

    /// <summary>Percent of the disk in use from which expired files are deleted at any hour.</summary>
    [Range(0, 100)]
    public int DiskMaxUsedSpaceRatio { get; set; } = 75;

    /// <summary>Percent of the disk in use from which files are deleted before they expire; held within 30 and 85.</summary>
    [Range(0, 100)]
    public int DiskSpaceCleanForciblyRatio { get; set; } = 85;

    /// <summary>Percent of the disk in use from which nothing is written; held within 35 and 90.</summary>
    [Range(0, 100)]
    public int DiskSpaceWarningLevelRatio { get; set; } = 90;

    /// <summary>Whether files are deleted before they expire when the disk fills up.</summary>
    public bool CleanFileForciblyEnable { get; set; } = true;

    /// <summary>How often it is looked what has expired and how full the disk is.</summary>
    [Range(1, int.MaxValue)]
    public int CleanResourceInterval { get; init; } = 10_000;

    /// <summary>Pause between two commit log files deleted in one round.</summary>
    public int DeleteCommitLogFilesInterval { get; set; } = 100;

    /// <summary>After a file could not be deleted, how long until it is tried again.</summary>
    public int RedeleteHangedFileInterval { get; set; } = 120_000;

    /// <summary>Most commit log files deleted in one round.</summary>
    [Range(1, int.MaxValue)]
    public int DeleteFileBatchMax { get; set; } = 10;

    /// <summary>Whether messages may name the second they are to be delivered in (TIMER_DELAY_SEC, TIMER_DELAY_MS, TIMER_DELIVER_MS).</summary>
    public bool TimerWheelEnable { get; init; } = true;

    /// <summary>Width of a timer's slot: rounded down to one of 1000, 500, 200, 100.</summary>
    [Range(1, int.MaxValue)]
    public int TimerPrecisionMs { get; init; } = 1_000;

    /// <summary>Messages further off than this many slots wait in stages; between 2 and seven days' worth of seconds less 60, else that.</summary>
    public int TimerRollWindowSlot { get; init; } = 2 * 24 * 3600;

    /// <summary>The furthest a timer may be set, in seconds.</summary>
    public int TimerMaxDelaySec { get; set; } = 3 * 24 * 3600;

    /// <summary>How often timers are brought to the disk.</summary>
    [Range(1, int.MaxValue)]
    public int TimerFlushIntervalMs { get; init; } = 1_000;

    /// <summary>Messages for one slot from which further ones are refused at random, and from twice as many all.</summary>
    public int TimerCongestNumEachSlot { get; set; } = int.MaxValue;

    /// <summary>Stops putting timers into the wheel; they wait in their queue.</summary>
    public bool TimerStopEnqueue { get; set; }

    /// <summary>Stops delivering timers.</summary>
    public bool TimerStopDequeue { get; set; }

    /// <summary>Size of a timer log file in bytes. A log whose files have another size keeps that one.</summary>
    [Range(1024, int.MaxValue)]
    public int MappedFileSizeTimerLog { get; init; } = 100 * 1024 * 1024;

    internal long LargestBatch => Math.Max(MaxBatchSize, MaxMessageSize + 64L * 1024);

    internal int TimerPrecision => TimerPrecisionMs switch { < 200 => 100, < 500 => 200, < 1_000 => 500, _ => 1_000 };

    /// <summary>DiskSpaceCleanForciblyRatio within Apache's bounds.</summary>
    internal int CleanUnexpiredAbove => Math.Clamp(DiskSpaceCleanForciblyRatio, 30, 85);

    internal string DefaultCommitLogPath => Path.Combine(StorePathRootDir, "commitlog");

    internal string LogPartsPath => Path.Combine(StorePathRootDir, "commitlog.paths");

    internal string ConsumeQueuePath => Path.Combine(StorePathRootDir, "consumequeue");

    internal string BatchConsumeQueuePath => Path.Combine(StorePathRootDir, "batchconsumequeue");

    internal string IndexPath => Path.Combine(StorePathRootDir, "index");

    internal string CheckpointPath => Path.Combine(StorePathRootDir, "checkpoint");

    internal string ManifestPath => Path.Combine(StorePathRootDir, "queues.list");

    internal string CutPath => Path.Combine(StorePathRootDir, "cut.at");

    internal string TimerLogPath => Path.Combine(StorePathRootDir, "timerlog");

    internal string TimerCheckpointPath => Path.Combine(StorePathRootDir, "config", "timercheck");

    internal string AbortPath => Path.Combine(StorePathRootDir, "abort");

    internal string LockPath => Path.Combine(StorePathRootDir, "lock");
}
