using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>GET_MAX_OFFSET (30): the next offset of a queue; 0 for an unknown one.</summary>
public sealed class MaxOffsetHandler(LookUps lookUps) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMaxOffsetRequestHeader>();
        return lookUps.AnswerAsync(context.Connection, header.Topic, header.QueueId, () => RemotingCommand.Response(
            ResponseCode.Success, new GetMaxOffsetResponseHeader { Offset = lookUps.Queues.MaxOffset(header.Topic, header.QueueId) }));
    }
}
