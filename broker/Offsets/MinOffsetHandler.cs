using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>GET_MIN_OFFSET (31): the first offset of a queue that is still stored; for an empty or unknown one 0, or −1 where the topic's queues are of type BatchCQ.</summary>
public sealed class MinOffsetHandler(MessageStore store, QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMinOffsetRequestHeader>();
        return queues.AnswerAsync(context.Connection, header.Topic, header.QueueId, _ => RemotingCommand.Response(
            ResponseCode.Success, new GetMinOffsetResponseHeader { Offset = store.ShownMinOffset(header.Topic, header.QueueId) },
            ""));
    }
}
