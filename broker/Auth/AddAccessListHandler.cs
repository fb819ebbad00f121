using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>AUTH_CREATE_ACL (3006) and AUTH_UPDATE_ACL (3007), which do the same: rules are added, or take the place of those for the same resource.</summary>
internal sealed class AddAccessListHandler(AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) => AuthReplies.DoAsync(() =>
    {
        var info = context.Request.Body.IsEmpty ? new AclInfo() : context.Request.ReadBody<AclInfo>();
        if (info.Policies is not { Count: > 0 } policies)
        {
            throw new AccessRefusedException("The body of acl is null");
        }

        return lists.AddAsync(info.Subject ?? context.Request.ReadHeader<CreateAclRequestHeader>().Subject, policies);
    });
}
