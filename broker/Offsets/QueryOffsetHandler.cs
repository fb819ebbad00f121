using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>
/// QUERY_CONSUMER_OFFSET (14). A group that never committed starts a young queue (all of it still in memory) from 0; for an old one
/// the consumer is told that nothing is known and applies its own rule. The wrong answer would replay or skip everything.
/// </summary>
public sealed class QueryOffsetHandler(ConsumerOffsets offsets, MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryConsumerOffsetRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(Query(header));
    }

    private RemotingCommand Query(QueryConsumerOffsetRequestHeader header)
    {
        var offset = offsets.Query(header.ConsumerGroup, header.Topic, header.QueueId);
        if (offset >= 0)
        {
            return RemotingCommand.Response(ResponseCode.Success, new QueryConsumerOffsetResponseHeader { Offset = offset });
        }

        var startsAtZero = header.SetZeroIfNotFound != false
            && store.MinOffset(header.Topic, header.QueueId) <= 0
            && store.IsInMemory(header.Topic, header.QueueId, 0);
        return startsAtZero
            ? RemotingCommand.Response(ResponseCode.Success, new QueryConsumerOffsetResponseHeader { Offset = 0 })
            : RemotingCommand.Response(
                ResponseCode.QueryNotFound, $"Not found, maybe this consumer group {header.ConsumerGroup} boot first");
    }
}
