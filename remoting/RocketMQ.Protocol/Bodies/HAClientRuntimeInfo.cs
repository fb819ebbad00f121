namespace RocketMQ.Protocol.Bodies;

/// <summary>A master as its slave sees it.</summary>
public sealed record HAClientRuntimeInfo
{
    public string? MasterAddr { get; init; }
    public long TransferredByteInSecond { get; init; }
    public long MaxOffset { get; init; }
    public long LastReadTimestamp { get; init; }
    public long LastWriteTimestamp { get; init; }
    public long MasterFlushOffset { get; init; }
}
