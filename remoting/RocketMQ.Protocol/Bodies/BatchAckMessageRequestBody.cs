namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of BATCH_ACK_MESSAGE (200151).</summary>
public sealed record BatchAckMessageRequestBody
{
    public string? BrokerName { get; init; }
    public List<BatchAck> Acks { get; init; } = [];
}
