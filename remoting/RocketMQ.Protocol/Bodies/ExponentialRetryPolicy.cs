namespace RocketMQ.Protocol.Bodies;

/// <summary>Waits that multiply up to a limit; times in ms.</summary>
public sealed record ExponentialRetryPolicy
{
    public long Initial { get; init; } = 5_000;
    public long Max { get; init; } = 7_200_000;
    public long Multiplier { get; init; } = 2;
}
