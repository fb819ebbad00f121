using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>What changes of users and rules are answered.</summary>
internal static class AuthReplies
{
    /// <summary>Does it, and says so when it is durable, or says why it can't be done or is not.</summary>
    public static async ValueTask<RemotingCommand?> DoAsync(Func<Task<Refusal?>> change)
    {
        try
        {
            return (await change().ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
        }
        catch (AccessRefusedException e)
        {
            return Refused(e);
        }
    }

    /// <summary>Tells it; an empty body where there is nothing.</summary>
    public static ValueTask<RemotingCommand?> Tell<TBody>(Func<TBody?> look)
        where TBody : class
    {
        try
        {
            return ValueTask.FromResult<RemotingCommand?>(look() is { } body
                ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body))
                : RemotingCommand.Response(ResponseCode.Success));
        }
        catch (AccessRefusedException e)
        {
            return ValueTask.FromResult<RemotingCommand?>(Refused(e));
        }
    }

    public static ValueTask<RemotingCommand?> NameIsBlank() =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.InvalidParameter, "The username is blank"));

    /// <summary>Super users are the business of super users; who signs nothing is not asked, which only a broker without authentication lets through.</summary>
    /// <exception cref="AccessRefusedException">The request is signed by another.</exception>
    public static void RequireSuper(UserTable users, RemotingCommand request, string what)
    {
        if (request.Field("AccessKey"u8) is { Length: > 0 } name && users.Find(name) is not { Type: UserType.Super })
        {
            throw new AccessRefusedException($"The super user can only be {what} by super user");
        }
    }

    private static RemotingCommand Refused(AccessRefusedException refusal) => RemotingCommand.Response(ResponseCode.NoPermission, refusal.Message);
}
