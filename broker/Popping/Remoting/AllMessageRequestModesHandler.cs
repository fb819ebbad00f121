using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>GET_ALL_MESSAGE_REQUEST_MODE (402): for slaves.</summary>
internal sealed class AllMessageRequestModesHandler(MessageRequestModes modes) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(modes.Snapshot())));
}
