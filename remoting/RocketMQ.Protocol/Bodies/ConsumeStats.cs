namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_CONSUME_STATS (208).</summary>
public sealed record ConsumeStats
{
    public Dictionary<MessageQueue, OffsetWrapper> OffsetTable { get; init; } = [];
    public double ConsumeTps { get; init; }
}
