using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225).</summary>
public sealed record SubscriptionGroupList : INamingBody
{
    public List<SubscriptionGroupConfig> GroupConfigList { get; init; } = [];

    void INamingBody.CheckNames() => GroupConfigList.ForEach(group => group.CheckNames());
}
