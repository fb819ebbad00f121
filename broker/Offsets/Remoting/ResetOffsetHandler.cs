using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>
/// INVOKE_BROKER_TO_RESET_OFFSET (222): a group goes on elsewhere in a topic. With useServerSideResetOffset its next pulls are told so,
/// and it need not be online; otherwise its consumers are.
/// </summary>
internal sealed class ResetOffsetHandler(BrokerOptions options, ServerSideReset serverSide, ClientSideReset clientSide) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ResetOffsetRequestHeader>();
        var wish = new OffsetReset(header.Topic, header.Group, header.QueueId, header.Offset, header.Timestamp, header.IsForce);
        var refusal = options.UseServerSideResetOffset ? serverSide.Reset(wish, out var reset) : clientSide.Reset(wish, out reset);
        return ValueTask.FromResult<RemotingCommand?>(refusal?.ToResponse() ?? RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new ResetOffsetBody { OffsetTable = reset })));
    }
}
