using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Roles.Remoting;

/// <summary>Lets a request through to its handler only while the broker is the master.</summary>
internal sealed class MasterOnly(CurrentRole role, Refusal refusal, IRequestHandler inner) : IRequestHandler
{
    /// <summary>A setting by which a slave lets it through, too.</summary>
    public Func<bool> Unless { get; init; } = static () => false;

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        role.IsMaster || Unless() ? inner.HandleAsync(context, cancellationToken) : ValueTask.FromResult<RemotingCommand?>(refusal.ToResponse());
}
