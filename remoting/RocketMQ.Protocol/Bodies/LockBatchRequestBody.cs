using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): queues that one consumer shall have to itself.</summary>
public sealed record LockBatchRequestBody : INamingBody
{
    public string ConsumerGroup { get; init; } = "";
    public string ClientId { get; init; } = "";
    public bool OnlyThisBroker { get; init; }
    public HashSet<MessageQueue> MqSet { get; init; } = [];

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Group, ConsumerGroup);
        NameRule.Check(NameKind.Client, ClientId);
        foreach (var queue in MqSet)
        {
            queue.CheckNames();
        }
    }
}
