namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_ALL_PRODUCER_INFO (328).</summary>
public sealed record ProducerTableInfo
{
    /// <summary>By group.</summary>
    public Dictionary<string, List<ProducerInfo>> Data { get; init; } = [];
}
