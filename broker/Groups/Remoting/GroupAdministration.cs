using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>The requests by which operators look after consumer groups.</summary>
internal sealed class GroupAdministration(BrokerOptions options, SubscriptionGroups groups, ConsumerOffsets offsets, BrokerStatistics statistics)
{
    /// <param name="table">Where they are added.</param>
    /// <param name="admin">Where they run: they wait for files.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.UpdateAndCreateSubscriptiongroup, new UpdateGroupHandler(groups), admin)
        .Add(RequestCode.UpdateAndCreateSubscriptiongroupList, new UpdateGroupListHandler(groups), admin)
        .Add(RequestCode.DeleteSubscriptiongroup, new DeleteGroupHandler(groups, offsets, statistics), admin)
        .Add(RequestCode.GetAllSubscriptiongroupConfig, new AllGroupsHandler(options, groups), admin)
        .Add(RequestCode.GetSubscriptiongroupConfig, new GroupConfigHandler(groups))
        .Add(RequestCode.UpdateAndGetGroupForbidden, new GroupForbiddenHandler(groups), admin);
}
