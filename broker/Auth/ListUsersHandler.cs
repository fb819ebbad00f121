using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>AUTH_LIST_USER (3005).</summary>
internal sealed class ListUsersHandler(UserTable users) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var found = users.List(context.Request.ReadHeader<ListUsersRequestHeader>().Filter).Select(user => user.ToInfo()).ToList();
        return AuthReplies.Tell(() => found.Count > 0 ? found : null);
    }
}
