namespace RocketMQ.Protocol.Bodies;

/// <summary>A producer group of a client.</summary>
public sealed record ProducerData
{
    public string GroupName { get; init; } = "";
}
