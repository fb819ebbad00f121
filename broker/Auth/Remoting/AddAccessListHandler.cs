using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_CREATE_ACL (3006) and AUTH_UPDATE_ACL (3007), which do the same: rules are added, or take the place of those for the same resource.</summary>
internal sealed class AddAccessListHandler(AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var info = context.Request.Body.IsEmpty ? new AclInfo() : context.Request.ReadBody<AclInfo>();
        return info.Policies is { Count: > 0 } policies
            ? AuthReplies.DoAsync(() => lists.AddAsync(info.Subject ?? context.Request.ReadHeader<CreateAclRequestHeader>().Subject, policies))
            : ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemError, "The body of acl is null"));
    }
}
