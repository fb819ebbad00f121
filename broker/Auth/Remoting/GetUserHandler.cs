using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_GET_USER (3004). Passwords are for super users.</summary>
internal sealed class GetUserHandler(UserTable users, ICallers callers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        context.Request.ReadHeader<GetUserRequestHeader>().Username is { Length: > 0 } name
            ? AuthReplies.Tell(() => users.Find(name)?.ToInfo(callers.IsSuper(context.Request)))
            : AuthReplies.NameIsBlank();
}
