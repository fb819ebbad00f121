using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>GET_SUBSCRIPTIONGROUP_CONFIG (352): one group as it is configured. As by Apache's broker, to ask for one is to use it.</summary>
internal sealed class GroupConfigHandler(SubscriptionGroups groups) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var group = context.Request.ReadHeader<GetSubscriptionGroupConfigRequestHeader>().Group;
        return ValueTask.FromResult<RemotingCommand?>(groups.Find(group) is { } config
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(config))
            : RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"No group in this broker. group: {group}"));
    }
}
