namespace RocketMQ.Protocol.Bodies;

/// <summary>A consumer group of a client.</summary>
public sealed record ConsumerData
{
    public string GroupName { get; init; } = "";
    public ConsumeType ConsumeType { get; init; } = ConsumeType.ConsumePassively;
    public MessageModel MessageModel { get; init; } = MessageModel.Clustering;
    public ConsumeFromWhere ConsumeFromWhere { get; init; }
    public HashSet<SubscriptionData> SubscriptionDataSet { get; init; } = [];
    public bool UnitMode { get; init; }
}
