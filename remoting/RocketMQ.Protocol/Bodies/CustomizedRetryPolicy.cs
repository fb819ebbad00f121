namespace RocketMQ.Protocol.Bodies;

/// <summary>Waits in ms, one after another; the last one stays.</summary>
public sealed record CustomizedRetryPolicy
{
    public long[] Next { get; init; } = [1_000, 5_000, 10_000, 30_000, 60_000, 120_000, 180_000, 240_000, 300_000, 360_000, 420_000, 480_000, 540_000, 600_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000];
}
