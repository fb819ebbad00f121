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
public sealed class QueryOffsetHandler(ConsumerOffsets offsets, MessageStore store, QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryConsumerOffsetRequestHeader>();
        var offset = offsets.Query(header.ConsumerGroup, header.Topic, header.QueueId);
        return offset >= 0 ? ValueTask.FromResult<RemotingCommand?>(Found(offset))
            : header.SetZeroIfNotFound == false ? ValueTask.FromResult<RemotingCommand?>(NotFound(header.ConsumerGroup))
            : queues.AnswerAsync(context.Connection, header.Topic, header.QueueId, exists => Begin(header, exists));
    }

    private RemotingCommand Begin(QueryConsumerOffsetRequestHeader header, bool exists)
    {
        var startsAtZero = exists
            && store.MinOffset(header.Topic, header.QueueId) <= 0
            && store.IsInMemory(header.Topic, header.QueueId, 0);
        return startsAtZero ? Found(0) : NotFound(header.ConsumerGroup);
    }

    private static RemotingCommand Found(long offset) =>
        RemotingCommand.Response(ResponseCode.Success, new QueryConsumerOffsetResponseHeader { Offset = offset });

    private static RemotingCommand NotFound(string group) =>
        RemotingCommand.Response(ResponseCode.QueryNotFound, $"Not found, maybe this consumer group {group} boot first");
}
