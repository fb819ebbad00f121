namespace RocketMQ.Protocol.Bodies;

/// <summary>What NewLife.RocketMQ sends with UNREGISTER_CLIENT (35), where others send a header.</summary>
public sealed record UnregisterClientBody
{
    public string? ProducerGroup { get; init; }
    public string? ConsumerGroup { get; init; }
}
