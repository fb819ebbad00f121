using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>Lets a request through to its handler only if it may be served.</summary>
internal sealed class GuardedHandler(AccessGuard guard, IRequestHandler inner) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        guard.Check(context) is { } refusal
            ? ValueTask.FromResult<RemotingCommand?>(refusal.ToResponse())
            : inner.HandleAsync(context, cancellationToken);
}
