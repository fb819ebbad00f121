namespace RocketMQ.Protocol.Bodies;

/// <summary>One entry of a consume queue.</summary>
public sealed record ConsumeQueueData
{
    public long PhysicOffset { get; init; }
    public int PhysicSize { get; init; }
    public long TagsCode { get; init; }
    public string? ExtendDataJson { get; init; }
    public string? BitMap { get; init; }

    /// <summary>Whether the group's filter lets it pass.</summary>
    public bool Eval { get; init; }

    public string? Msg { get; init; }
}
