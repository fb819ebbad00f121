namespace RocketMQ.Protocol.Bodies;

/// <summary>A slave as its master sees it.</summary>
public sealed record HAConnectionRuntimeInfo
{
    public string? Addr { get; init; }
    public long SlaveAckOffset { get; init; }

    /// <summary>How many bytes it is behind.</summary>
    public long Diff { get; init; }

    public bool InSync { get; init; }
    public long TransferredByteInSecond { get; init; }
    public long TransferFromWhere { get; init; }
}
