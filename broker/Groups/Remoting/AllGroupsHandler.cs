using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): every group, for slaves and dashboards; a page of them for who asks for one.</summary>
internal sealed class AllGroupsHandler(BrokerOptions options, SubscriptionGroups groups) : IRequestHandler
{
    private readonly MetadataPages<SubscriptionGroupWrapper> _pages = new(
        options, () => groups.Version,
        () =>
        {
            var all = groups.Snapshot();
            return (all.DataVersion, all);
        },
        static all => all.SubscriptionGroupTable.Keys);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Answer(context.Request.ReadHeader<GetAllSubscriptionGroupRequestHeader>()));

    private RemotingCommand Answer(GetAllSubscriptionGroupRequestHeader asked)
    {
        if (!_pages.Asks(asked.GroupSeq, asked.DataVersion, asked.MaxGroupNum))
        {
            return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(groups.Snapshot()));
        }

        if (_pages.Take(asked.GroupSeq, asked.DataVersion, asked.MaxGroupNum) is not { } page)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, $"groupSeq is {asked.GroupSeq}, it is at least 0; maxGroupNum is {asked.MaxGroupNum}, it is at least 1");
        }

        var forbidden = page.Table.ForbiddenTable ?? [];
        var body = new SubscriptionGroupWrapper
        {
            DataVersion = page.Version,
            SubscriptionGroupTable = page.Names.ToDictionary(name => name, name => page.Table.SubscriptionGroupTable[name]),
            ForbiddenTable = page.Names.Where(forbidden.ContainsKey).ToDictionary(name => name, name => forbidden[name]),
        };
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body), new GetAllSubscriptionGroupResponseHeader { TotalGroupNum = page.Total });
    }
}
