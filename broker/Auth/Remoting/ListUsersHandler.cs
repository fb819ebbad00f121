using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_LIST_USER (3005). Passwords are for super users.</summary>
internal sealed class ListUsersHandler(UserTable users, ICallers callers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var withPasswords = callers.IsSuper(context.Request);
        var found = users.List(context.Request.ReadHeader<ListUsersRequestHeader>().Filter).Select(user => user.ToInfo(withPasswords)).ToList();
        return AuthReplies.Tell(() => found.Count > 0 ? found : null);
    }
}
