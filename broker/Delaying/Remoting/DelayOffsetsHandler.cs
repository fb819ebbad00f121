using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Delaying.Remoting;

/// <summary>GET_ALL_DELAY_OFFSET (45): how far each delay level is delivered, for slaves.</summary>
internal sealed class DelayOffsetsHandler(DelayedDelivery delivery) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(delivery.Snapshot())));
}
