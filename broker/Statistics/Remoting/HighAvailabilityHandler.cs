using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Statistics.Remoting;

/// <summary>GET_BROKER_HA_STATUS (907): this broker is a master without slaves.</summary>
internal sealed class HighAvailabilityHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success,
            RemotingJson.Serialize(new HARuntimeInfo { Master = true, MasterCommitLogMaxOffset = store.MaxPhysicalOffset })));
}
