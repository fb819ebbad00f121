namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to CHECK_ROCKSDB_CQ_WRITE_PROGRESS (354).</summary>
public sealed record CheckRocksdbCqWriteResult
{
    public string? CheckResult { get; init; }

    /// <summary>0 done and right, 1 wrong, 2 still going on, 3 failed.</summary>
    public int CheckStatus { get; init; }
}
