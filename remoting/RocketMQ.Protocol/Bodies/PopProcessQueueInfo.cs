namespace RocketMQ.Protocol.Bodies;

/// <summary>A queue that a consumer pops from.</summary>
public sealed record PopProcessQueueInfo
{
    public int WaitAckCount { get; init; }
    public bool Droped { get; init; }
    public long LastPopTimestamp { get; init; }
}
