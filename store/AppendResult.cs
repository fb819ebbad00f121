namespace RocketMQ.Store;

/// <summary>An append's outcome. Offsets and size hold only with <see cref="AppendStatus.Ok"/>.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="PhysicalOffset">Where the (first) record starts in the commit log.</param>
/// <param name="Size">Bytes appended; <see cref="EndOffset"/> is what a flush has to reach.</param>
/// <param name="QueueOffset">Position of the (first) message in its queue.</param>
/// <param name="StoreTimestamp">Milliseconds since 1970.</param>
public readonly record struct AppendResult(AppendStatus Status, long PhysicalOffset, int Size, long QueueOffset, long StoreTimestamp)
{
    public bool IsOk => Status == AppendStatus.Ok;

    /// <summary>The store takes nothing now, whatever it is: the same append may succeed later.</summary>
    public bool MayPass => Status is AppendStatus.DiskFull or AppendStatus.Busy or AppendStatus.NotWritable or AppendStatus.NotMaster or AppendStatus.QueueSetAside;

    public long EndOffset => PhysicalOffset + Size;

    internal static AppendResult Refused(AppendStatus status) => new(status, -1, 0, -1, 0);
}
