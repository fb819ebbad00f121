using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Statistics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>GET_TOPIC_STATS_INFO (202): where each queue of a topic begins and ends, and when it last got a message.</summary>
internal sealed class TopicStatsHandler(BrokerOptions options, TopicTable topics, MessageStore store, BrokerStatistics statistics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topic = context.Request.ReadHeader<GetTopicStatsInfoRequestHeader>().Topic;
        return ValueTask.FromResult<RemotingCommand?>(topics.TryGet(topic, out var config)
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(Stats(config)))
            : RemotingCommand.Response(ResponseCode.TopicNotExist, $"topic[{topic}] not exist"));
    }

    private TopicStatsTable Stats(TopicConfig topic)
    {
        var queues = new Dictionary<MessageQueue, TopicOffset>();
        for (var id = 0; id < Math.Max(topic.ReadQueueNums, topic.WriteQueueNums); id++)
        {
            var max = store.MaxOffset(topic.TopicName, id);
            queues[new MessageQueue(topic.TopicName, options.BrokerName, id)] = new TopicOffset
            {
                MinOffset = store.MinOffset(topic.TopicName, id),
                MaxOffset = max,
                LastUpdateTimestamp = max > 0 ? store.StoreTimestamp(topic.TopicName, id, max - 1) : 0,
            };
        }

        return new TopicStatsTable
        {
            OffsetTable = queues,
            TopicPutTps = statistics.FindTopic(topic.TopicName)?.Messages.Over(CounterSpan.Minute, statistics.NowMs).PerSecond ?? 0,
        };
    }
}
