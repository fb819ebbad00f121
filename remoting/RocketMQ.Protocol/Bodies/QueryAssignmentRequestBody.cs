namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of QUERY_ASSIGNMENT (400): which queues should this consumer work on?</summary>
public sealed record QueryAssignmentRequestBody
{
    public string Topic { get; init; } = "";
    public string ConsumerGroup { get; init; } = "";
    public string ClientId { get; init; } = "";
    public string StrategyName { get; init; } = "";
    public MessageModel MessageModel { get; init; } = MessageModel.Clustering;
}
