using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>GET_EARLIEST_MSG_STORETIME (32): when a queue's first message was stored, ms since 1970; −1 for an empty queue. Runs on a lane.</summary>
public sealed class EarliestStoreTimeHandler(QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetEarliestMsgStoretimeRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new GetEarliestMsgStoretimeResponseHeader { Timestamp = queues.EarliestStoreTime(header.Topic, header.QueueId) }));
    }
}
