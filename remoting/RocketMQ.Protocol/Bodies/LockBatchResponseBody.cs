using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to LOCK_BATCH_MQ (41).</summary>
public sealed record LockBatchResponseBody
{
    [JsonProperty("lockOKMQSet")]
    public HashSet<MessageQueue> LockOkMqSet { get; init; } = [];
}
