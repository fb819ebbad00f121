namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_TOPIC_STATS_INFO (202).</summary>
public sealed record TopicStatsTable
{
    public double TopicPutTps { get; init; }
    public Dictionary<MessageQueue, TopicOffset> OffsetTable { get; init; } = [];
}
