using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200): makes a group as described, or changes it to that.</summary>
internal sealed class UpdateGroupHandler(SubscriptionGroups groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var wanted = context.Request.ReadBody<SubscriptionGroupConfig>();
        if (GroupChanges.Check(wanted, groups) is { } wrong)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, wrong);
        }

        groups.Put(wanted);
        return (await groups.Saved.ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
