using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>GET_MAX_OFFSET (30): the next offset of a queue; 0 for an unknown one.</summary>
public sealed class MaxOffsetHandler(MessageStore store, QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMaxOffsetRequestHeader>();
        return queues.AnswerAsync(context.Connection, header.Topic, header.QueueId, exists => RemotingCommand.Response(
            ResponseCode.Success, new GetMaxOffsetResponseHeader { Offset = exists ? store.MaxOffset(header.Topic, header.QueueId) : 0 }));
    }
}
