namespace RocketMQ.Protocol.Bodies;

/// <summary>A queue and its new offset.</summary>
public sealed record MessageQueueForC
{
    public string Topic { get; init; } = "";
    public string BrokerName { get; init; } = "";
    public int QueueId { get; init; }
    public long Offset { get; init; }
}
