using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>GET_MIN_OFFSET (31): the first offset of a queue that is still stored; 0 for an unknown one.</summary>
public sealed class MinOffsetHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMinOffsetRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new GetMinOffsetResponseHeader { Offset = store.MinOffset(header.Topic, header.QueueId) }));
    }
}
