namespace RocketMQ.Protocol.Bodies;

/// <summary>What a consumer tells of itself: reply to GET_CONSUMER_RUNNING_INFO (307).</summary>
public sealed record ConsumerRunningInfo
{
    public Dictionary<string, string> Properties { get; init; } = [];
    public HashSet<SubscriptionData> SubscriptionSet { get; init; } = [];
    public Dictionary<MessageQueue, ProcessQueueInfo> MqTable { get; init; } = [];
    public Dictionary<MessageQueue, PopProcessQueueInfo> MqPopTable { get; init; } = [];

    /// <summary>By topic.</summary>
    public Dictionary<string, ConsumeStatus> StatusTable { get; init; } = [];

    public Dictionary<string, string> UserConsumerInfo { get; init; } = [];
    public string? Jstack { get; init; }
}
