using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_LIST_ACL (3010).</summary>
internal sealed class ListAccessListsHandler(AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ListAclsRequestHeader>();
        var found = lists.List(header.SubjectFilter, header.ResourceFilter).Select(list => list.ToInfo()).ToList();
        return AuthReplies.Tell(() => found.Count > 0 ? found : null);
    }
}
