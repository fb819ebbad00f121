using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_DELETE_ACL (3008): the rule for a resource, or without one all rules of the user.</summary>
internal sealed class DeleteAccessListHandler(AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) => AuthReplies.DoAsync(() =>
    {
        var header = context.Request.ReadHeader<DeleteAclRequestHeader>();
        Resource? resource = null;
        if (!string.IsNullOrWhiteSpace(header.Resource) && !Resource.TryParse(header.Resource, out resource))
        {
            throw new AccessRefusedException($"The resource '{header.Resource}' is none: expected is such as Topic:NAME.");
        }

        var type = string.IsNullOrWhiteSpace(header.PolicyType) ? PolicyType.Custom : AccessNames.Parse<PolicyType>(header.PolicyType, "policy type");
        return lists.DeleteAsync(header.Subject, type, resource);
    });
}
