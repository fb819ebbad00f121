using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>QUERY_CONSUME_TIME_SPAN (303): how far a group is in each queue of a topic, in time.</summary>
internal sealed class ConsumeTimeSpanHandler(
    BrokerOptions options, ConsumerOffsets offsets, TopicTable topics, MessageStore store, TimeProvider time) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryConsumeTimeSpanRequestHeader>();
        if (!topics.TryGet(header.Topic, out var topic))
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.TopicNotExist, $"topic[{header.Topic}] not exist"));
        }

        var body = new QueryConsumeTimeSpanBody
        {
            ConsumeTimeSpanSet = [.. Enumerable.Range(0, topic.WriteQueueNums).Select(id => Span(header, id))],
        };
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body)));
    }

    private QueueTimeSpan Span(QueryConsumeTimeSpanRequestHeader header, int queueId)
    {
        var earliest = store.EarliestStoreTimestamp(header.Topic, queueId);
        var end = store.MaxOffset(header.Topic, queueId);
        var consumed = Math.Max(offsets.Query(header.Group, header.Topic, queueId), store.MinOffset(header.Topic, queueId));
        var isBehind = consumed < end;
        return new QueueTimeSpan
        {
            MessageQueue = new MessageQueue(header.Topic, options.BrokerName, queueId),
            MinTimeStamp = earliest,
            MaxTimeStamp = store.StoreTimestamp(header.Topic, queueId, end - 1),
            ConsumeTimeStamp = consumed > store.MinOffset(header.Topic, queueId)
                ? store.StoreTimestamp(header.Topic, queueId, consumed - 1)
                : earliest,
            DelayTime = isBehind ? time.GetUtcNow().ToUnixTimeMilliseconds() - store.StoreTimestamp(header.Topic, queueId, consumed) : 0,
        };
    }
}
