using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>GET_EARLIEST_MSG_STORETIME (32): when a queue's first message was stored, ms since 1970; −1 for an empty queue.</summary>
public sealed class EarliestStoreTimeHandler(MessageStore store, QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetEarliestMsgStoretimeRequestHeader>();
        var timestamp = queues.Exists(header.Topic, header.QueueId) ? store.EarliestStoreTimestamp(header.Topic, header.QueueId) : -1;
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new GetEarliestMsgStoretimeResponseHeader { Timestamp = timestamp }));
    }
}
