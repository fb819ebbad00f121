using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): every group, for slaves and dashboards.</summary>
internal sealed class AllGroupsHandler(SubscriptionGroups groups) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(groups.Snapshot())));
}
