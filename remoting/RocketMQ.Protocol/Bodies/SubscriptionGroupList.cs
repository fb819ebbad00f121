namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225).</summary>
public sealed record SubscriptionGroupList
{
    public List<SubscriptionGroupConfig> GroupConfigList { get; init; } = [];
}
