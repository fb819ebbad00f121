using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_CREATE_USER (3001).</summary>
internal sealed class CreateUserHandler(UserTable users) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ReadHeader<CreateUserRequestHeader>().Username is not { Length: > 0 } name)
        {
            return AuthReplies.NameIsBlank();
        }

        return AuthReplies.DoAsync(() =>
        {
            var user = User.From(context.Request.ReadBody<UserInfo>() with { Username = name });
            if (user.Type == UserType.Super)
            {
                AuthReplies.RequireSuper(users, context.Request, "create");
            }

            return users.CreateAsync(user);
        });
    }
}
