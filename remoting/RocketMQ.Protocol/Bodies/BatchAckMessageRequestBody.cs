using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of BATCH_ACK_MESSAGE (200151).</summary>
public sealed record BatchAckMessageRequestBody : INamingBody
{
    public string? BrokerName { get; init; }
    public List<BatchAck> Acks { get; init; } = [];

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Broker, BrokerName);
        foreach (var ack in Acks)
        {
            NameRule.Check(NameKind.Group, ack.ConsumerGroup);
            NameRule.Check(NameKind.Topic, ack.Topic);
        }
    }
}
