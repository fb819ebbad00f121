using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>What NewLife.RocketMQ sends with UNREGISTER_CLIENT (35), where others send a header.</summary>
public sealed record UnregisterClientBody : INamingBody
{
    public string? ProducerGroup { get; init; }
    public string? ConsumerGroup { get; init; }

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Producer, ProducerGroup);
        NameRule.Check(NameKind.Group, ConsumerGroup);
    }
}
