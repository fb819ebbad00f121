using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of QUERY_ASSIGNMENT (400): which queues should this consumer work on?</summary>
public sealed record QueryAssignmentRequestBody : INamingBody
{
    public string Topic { get; init; } = "";
    public string ConsumerGroup { get; init; } = "";
    public string ClientId { get; init; } = "";
    public string StrategyName { get; init; } = "";
    public MessageModel MessageModel { get; init; } = MessageModel.Clustering;

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Topic, Topic);
        NameRule.Check(NameKind.Group, ConsumerGroup);
        NameRule.Check(NameKind.Client, ClientId);
    }
}
