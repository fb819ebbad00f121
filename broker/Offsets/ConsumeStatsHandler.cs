using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>
/// GET_CONSUME_STATS (208): how far a group is in the queues of the topics it consumes: those named, else one, else all it has offsets of.
/// Unless named in the list, topics that the group's consumers do not subscribe to any more are left out.
/// </summary>
internal sealed class ConsumeStatsHandler(
    BrokerOptions options, ConsumerOffsets offsets, ConsumerTable consumers, TopicTable topics, MessageStore store) : IRequestHandler
{
    private static readonly char[] Separators = [';', ','];

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetConsumeStatsRequestHeader>();
        var queues = new Dictionary<MessageQueue, OffsetWrapper>();
        foreach (var name in Topics(header))
        {
            if (topics.TryGet(name, out var topic))
            {
                Add(queues, header.ConsumerGroup, topic);
            }
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new ConsumeStats { OffsetTable = queues })));
    }

    private IEnumerable<string> Topics(GetConsumeStatsRequestHeader header)
    {
        if (!string.IsNullOrWhiteSpace(header.TopicList))
        {
            return header.TopicList.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct();
        }

        var consumed = string.IsNullOrWhiteSpace(header.Topic) ? offsets.TopicsOf(header.ConsumerGroup) : [header.Topic];
        return consumers.Find(header.ConsumerGroup) is { Subscriptions.Count: > 0 } members
            ? consumed.Where(members.Subscriptions.ContainsKey)
            : consumed;
    }

    private void Add(Dictionary<MessageQueue, OffsetWrapper> queues, string group, TopicConfig topic)
    {
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
    }
}
