namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to INVOKE_BROKER_TO_RESET_OFFSET (222) and body of RESET_CONSUMER_CLIENT_OFFSET (220).</summary>
public sealed record ResetOffsetBody
{
    public Dictionary<MessageQueue, long> OffsetTable { get; init; } = [];
}
