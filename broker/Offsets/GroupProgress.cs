using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Statistics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>How far groups are in the queues of topics.</summary>
internal sealed class GroupProgress(BrokerOptions options, ConsumerOffsets offsets, MessageStore store, BrokerStatistics statistics)
{
    /// <summary>Each of the topic's queues, and how many of its messages the group gets a second.</summary>
    public ConsumeStats In(TopicConfig topic, string group)
    {
        var queues = new Dictionary<MessageQueue, OffsetWrapper>();
        for (var id = 0; id < topic.ReadQueueNums; id++)
        {
            var consumed = Math.Max(0, offsets.Query(group, topic.TopicName, id));
            queues[new MessageQueue(topic.TopicName, options.BrokerName, id)] = new OffsetWrapper
            {
                BrokerOffset = store.MaxOffset(topic.TopicName, id),
                ConsumerOffset = consumed,
                PullOffset = Math.Max(consumed, offsets.QueryPulled(group, topic.TopicName, id)),
                LastTimestamp = consumed > 0 ? Math.Max(0, store.StoreTimestamp(topic.TopicName, id, consumed - 1)) : 0,
            };
        }

        return new ConsumeStats
        {
            OffsetTable = queues,
            ConsumeTps = statistics.FindGroup(topic.TopicName, group)?.Messages.Over(CounterSpan.Minute, statistics.NowMs).PerSecond ?? 0,
        };
    }
}
