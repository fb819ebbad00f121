namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): queues that one consumer shall have to itself.</summary>
public sealed record LockBatchRequestBody
{
    public string ConsumerGroup { get; init; } = "";
    public string ClientId { get; init; } = "";
    public bool OnlyThisBroker { get; init; }
    public HashSet<MessageQueue> MqSet { get; init; } = [];
}
