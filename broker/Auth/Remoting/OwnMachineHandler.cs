using System.Net;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>
/// While nobody has to prove who they are, users and rules are changed from the broker's own machine alone: who makes themselves a super user
/// then is one for good, once access control is switched on.
/// </summary>
internal sealed class OwnMachineHandler(IRequestHandler inner, Func<RemotingConnection, IPAddress?> source) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var from = source(context.Connection);
        return from is null || !IPAddress.IsLoopback(from)
            ? ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.NoPermission,
                $"users and their rules are not changed from {from} while signatures are not checked. Ask on the broker's own machine, or set authenticationEnabled=true and initAuthenticationUser."))
            : inner.HandleAsync(context, cancellationToken);
    }
}
