namespace RocketMQ.Store;

/// <summary>What an operator wants to know of a store at a moment.</summary>
/// <param name="CommitLogDiskRatio">Share in use of the commit log's disk, 0 to 1; of the emptiest that takes new files, where there are several.</param>
/// <param name="CommitLogDisks">The directories of the commit log, and the share in use of each one's disk.</param>
/// <param name="ConsumeQueueDiskRatio">Share in use of the consume queues' disk, 0 to 1.</param>
/// <param name="MinPhysicalOffset">Start of the oldest commit log file.</param>
/// <param name="MaxPhysicalOffset">End of the commit log.</param>
/// <param name="FlushBehindBytes">Bytes appended and not yet on the disk.</param>
/// <param name="DispatchBehindBytes">Bytes appended and not yet visible in queues.</param>
/// <param name="FlushCount">Flushes of the commit log since the start.</param>
/// <param name="AppendTimes">How long appends took; see <see cref="Store.AppendTimes"/>.</param>
public sealed record StoreFigures(
    double CommitLogDiskRatio,
    IReadOnlyList<(string Path, double Ratio)> CommitLogDisks,
    double ConsumeQueueDiskRatio,
    long MinPhysicalOffset,
    long MaxPhysicalOffset,
    long FlushBehindBytes,
    long DispatchBehindBytes,
    long FlushCount,
    IReadOnlyList<long> AppendTimes);
