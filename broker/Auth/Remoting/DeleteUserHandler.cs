using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_DELETE_USER (3003), with what the user might do; one that is not there is gone already.</summary>
internal sealed class DeleteUserHandler(UserTable users, AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ReadHeader<DeleteUserRequestHeader>().Username is not { Length: > 0 } name)
        {
            return AuthReplies.DoAsync(static () => throw new AccessRefusedException("username can not be blank"));
        }

        return AuthReplies.DoAsync(async () =>
        {
            if (users.Find(name)?.Type == UserType.Super)
            {
                AuthReplies.RequireSuper(users, context.Request, "delete");
            }

            // The rules first: a user of this name that is made later must not find them.
            return await lists.DeleteUserAsync(name).ConfigureAwait(false) ?? await users.DeleteAsync(name).ConfigureAwait(false);
        });
    }
}
