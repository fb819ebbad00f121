using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>AUTH_GET_USER (3004).</summary>
internal sealed class GetUserHandler(UserTable users) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        context.Request.ReadHeader<GetUserRequestHeader>().Username is { Length: > 0 } name
            ? AuthReplies.Tell(() => users.Find(name)?.ToInfo())
            : AuthReplies.NameIsBlank();
}
