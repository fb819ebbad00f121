namespace RocketMQ.Store;

/// <summary>Messages found by key, in the log's order; their bytes are leased until disposal.</summary>
public sealed class IndexQueryResult : IDisposable
{
    internal IndexQueryResult(IReadOnlyList<LogLease> records, long lastTimestamp, long lastPhysicalOffset)
    {
        Records = records;
        LastTimestamp = lastTimestamp;
        LastPhysicalOffset = lastPhysicalOffset;
    }

    public IReadOnlyList<LogLease> Records { get; }

    /// <summary>Store timestamp of the newest message in the index.</summary>
    public long LastTimestamp { get; }

    /// <summary>Where the newest message in the index starts in the log.</summary>
    public long LastPhysicalOffset { get; }

    public void Dispose()
    {
        foreach (var record in Records)
        {
            record.Dispose();
        }
    }
}
