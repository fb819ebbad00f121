using System.Net;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>Lets a request through to its handler only if it may be served.</summary>
internal sealed class GuardedHandler(AccessGuard guard, IRequestHandler inner) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        guard.Check(context.Request, Source(context.Connection)) is { } refusal
            ? ValueTask.FromResult<RemotingCommand?>(refusal.ToResponse())
            : inner.HandleAsync(context, cancellationToken);

    private static IPAddress? Source(RemotingConnection connection) =>
        connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;
}
