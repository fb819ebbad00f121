using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_UPDATE_USER (3002): what the body does not name stays.</summary>
internal sealed class UpdateUserHandler(UserTable users) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ReadHeader<UpdateUserRequestHeader>().Username is not { Length: > 0 } name)
        {
            return AuthReplies.NameIsBlank();
        }

        return AuthReplies.DoAsync(() =>
        {
            var change = context.Request.ReadBody<UserInfo>();
            if (User.From(change).Type == UserType.Super || users.Find(name)?.Type == UserType.Super)
            {
                AuthReplies.RequireSuper(users, context.Request, "update");
            }

            return users.UpdateAsync(name, change);
        });
    }
}
