using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>GET_MIN_OFFSET (31): the first offset of a queue that is still stored.</summary>
public sealed class MinOffsetHandler(LookUps lookUps) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMinOffsetRequestHeader>();
        return lookUps.AnswerAsync(context.Connection, header.Topic, header.QueueId, () => RemotingCommand.Response(
            ResponseCode.Success, new GetMinOffsetResponseHeader { Offset = lookUps.Queues.MinOffset(header.Topic, header.QueueId) }, ""));
    }
}
