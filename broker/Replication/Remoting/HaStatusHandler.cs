using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Remoting;

/// <summary>GET_BROKER_HA_STATUS (907): how far slaves are, or how a slave follows.</summary>
internal sealed class HaStatusHandler(ReplicationFigures figures) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(figures.Status())));
}
