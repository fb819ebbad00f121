namespace RocketMQ.Protocol.Bodies;

/// <summary>
/// Replies to GET_CONSUMER_STATUS_FROM_CLIENT (221), one table, and INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223), one per client.
/// </summary>
public sealed record GetConsumerStatusBody
{
    public Dictionary<MessageQueue, long> MessageQueueTable { get; init; } = [];

    /// <summary>By client id.</summary>
    public Dictionary<string, Dictionary<MessageQueue, long>> ConsumerTable { get; init; } = [];
}
