namespace RocketMQ.Protocol.Bodies;

/// <summary>Which queues of a static topic a broker holds.</summary>
public record TopicQueueMappingInfo
{
    public string? Topic { get; init; }
    public string Scope { get; init; } = "__global__";
    public int TotalQueues { get; init; }

    /// <summary>Broker name.</summary>
    public string? Bname { get; init; }

    public long Epoch { get; init; }
    public bool Dirty { get; init; }

    /// <summary>Physical queue by logical.</summary>
    public Dictionary<int, int> CurrIdMap { get; init; } = [];
}
