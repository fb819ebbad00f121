namespace RocketMQ.Protocol.Bodies;

/// <summary><c>consumerOffset.json</c>, and the reply to GET_ALL_CONSUMER_OFFSET (43).</summary>
public record ConsumerOffsetSerializeWrapper
{
    /// <summary>By <c>topic@group</c>, then by queue.</summary>
    public Dictionary<string, Dictionary<int, long>> OffsetTable { get; init; } = [];

    /// <summary>5.x: topics by group.</summary>
    public Dictionary<string, HashSet<string>>? GroupTopicMap { get; init; }

    /// <summary>5.x.</summary>
    public DataVersion? DataVersion { get; init; }
}
