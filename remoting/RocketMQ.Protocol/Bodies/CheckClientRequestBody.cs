using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of CHECK_CLIENT_CONFIG (46).</summary>
public sealed record CheckClientRequestBody : INamingBody
{
    public string ClientId { get; init; } = "";
    public string Group { get; init; } = "";
    public SubscriptionData? SubscriptionData { get; init; }
    public string? Namespace { get; init; }

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Client, ClientId);
        NameRule.Check(NameKind.Group, Group);
        NameRule.Check(NameKind.Namespace, Namespace);
        SubscriptionData.CheckTopic(SubscriptionData?.Topic);
    }
}
