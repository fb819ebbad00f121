using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225): several groups, all or none.</summary>
internal sealed class UpdateGroupListHandler(SubscriptionGroups groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var wanted = context.Request.ReadBody<SubscriptionGroupList>().GroupConfigList;
        if (wanted.Select(group => GroupChanges.Check(group, groups)).FirstOrDefault(wrong => wrong is not null) is { } wrong)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, wrong);
        }

        wanted.ForEach(groups.Put);
        return (await groups.Saved.ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
