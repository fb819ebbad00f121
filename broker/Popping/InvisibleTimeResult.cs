using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Popping;

/// <summary>What its new receipt is made of, or a refusal.</summary>
public readonly record struct InvisibleTimeResult
{
    public Refusal? Refusal { get; init; }

    public long PopTimeMs { get; init; }

    public long InvisibleMs { get; init; }

    public int ReviveQueueId { get; init; }
}
