namespace RocketMQ.Protocol.Bodies;

/// <summary><c>delayOffset.json</c>, and the reply to GET_ALL_DELAY_OFFSET (45).</summary>
public sealed record DelayOffsetSerializeWrapper
{
    /// <summary>By delay level.</summary>
    public Dictionary<int, long> OffsetTable { get; init; } = [];

    /// <summary>5.x.</summary>
    public DataVersion? DataVersion { get; init; }
}
