namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_CONSUMER_CONNECTION_LIST (203).</summary>
public sealed record ConsumerConnection
{
    public HashSet<Connection> ConnectionSet { get; init; } = [];

    /// <summary>By topic.</summary>
    public Dictionary<string, SubscriptionData> SubscriptionTable { get; init; } = [];

    public ConsumeType? ConsumeType { get; init; }
    public MessageModel? MessageModel { get; init; }
    public ConsumeFromWhere? ConsumeFromWhere { get; init; }
}
