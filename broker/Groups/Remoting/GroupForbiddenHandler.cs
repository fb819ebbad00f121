using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>UPDATE_AND_GET_GROUP_FORBIDDEN (353): lets a group read a topic, forbids it, or only tells which.</summary>
internal sealed class GroupForbiddenHandler(SubscriptionGroups groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<UpdateGroupForbiddenRequestHeader>();
        if (header.Readable is { } readable && header.Topic.Length > 0)
        {
            groups.SetReadable(header.Group, header.Topic, readable);
            if (await groups.Saved.ConfigureAwait(false) is { } refusal)
            {
                return refusal.ToResponse();
            }
        }

        var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new GroupForbidden
        {
            Group = header.Group,
            Topic = header.Topic.Length > 0 ? header.Topic : null,
            Readable = groups.MayRead(header.Group, header.Topic),
        }));
        response.Remark = "";
        return response;
    }
}
