namespace RocketMQ.Protocol.Bodies;

/// <summary>How far a group is in a queue.</summary>
public sealed record OffsetWrapper
{
    public long BrokerOffset { get; init; }
    public long ConsumerOffset { get; init; }
    public long PullOffset { get; init; }

    /// <summary>When the last consumed message was stored, in ms since 1970.</summary>
    public long LastTimestamp { get; init; }
}
