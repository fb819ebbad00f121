namespace RocketMQ.Protocol.Bodies;

/// <summary>The extent of a queue.</summary>
public sealed record TopicOffset
{
    public long MinOffset { get; init; }
    public long MaxOffset { get; init; }

    /// <summary>When its last message was stored, in ms since 1970.</summary>
    public long LastUpdateTimestamp { get; init; }
}
