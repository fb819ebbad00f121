namespace RocketMQ.Broker.Popping;

/// <summary>The content of <c>consumerOrderInfo.json</c>: by <c>topic@group</c>, then by queue.</summary>
public sealed record OrderInfoTable
{
    public Dictionary<string, Dictionary<int, OrderInfo>> Table { get; init; } = [];
}
