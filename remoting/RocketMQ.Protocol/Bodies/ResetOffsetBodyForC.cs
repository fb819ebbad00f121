namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of RESET_CONSUMER_CLIENT_OFFSET (220) for clients written in C++.</summary>
public sealed record ResetOffsetBodyForC
{
    public List<MessageQueueForC> OffsetTable { get; init; } = [];
}
