namespace RocketMQ.Protocol.Bodies;

/// <summary><c>lmqConsumerOffset.json</c>, for light queues.</summary>
public sealed record LmqConsumerOffsetSerializeWrapper : ConsumerOffsetSerializeWrapper
{
    /// <summary>By <c>topic@group</c>.</summary>
    public Dictionary<string, long> LmqOffsetTable { get; init; } = [];
}
