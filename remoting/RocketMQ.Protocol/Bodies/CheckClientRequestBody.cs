namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of CHECK_CLIENT_CONFIG (46).</summary>
public sealed record CheckClientRequestBody
{
    public string ClientId { get; init; } = "";
    public string Group { get; init; } = "";
    public SubscriptionData? SubscriptionData { get; init; }
    public string? Namespace { get; init; }
}
