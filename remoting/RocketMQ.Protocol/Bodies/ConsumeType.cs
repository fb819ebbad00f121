namespace RocketMQ.Protocol.Bodies;

/// <summary>How a consumer gets its messages.</summary>
public enum ConsumeType
{
    ConsumeActively,
    ConsumePassively,
    ConsumePop,
}
