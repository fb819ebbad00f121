namespace RocketMQ.Protocol.Bodies;

/// <summary>A stretch of a logical queue that one physical queue holds.</summary>
public sealed record LogicQueueMappingItem
{
    public int Gen { get; init; }
    public int QueueId { get; init; }

    /// <summary>Broker name.</summary>
    public string? Bname { get; init; }

    public long LogicOffset { get; init; }
    public long StartOffset { get; init; }

    /// <summary>Exclusive; -1 while it goes on.</summary>
    public long EndOffset { get; init; } = -1;

    public long TimeOfStart { get; init; } = -1;
    public long TimeOfEnd { get; init; } = -1;
}
