using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Resets offsets here: committed at once, and kept until each queue is pulled or popped, so that no consumer overwrites them.</summary>
internal sealed class ServerSideReset(
    BrokerOptions options, ConsumerOffsets offsets, TopicTable topics, SubscriptionGroups groups, MessageStore store)
{
    /// <summary>One queue, to an offset or a time, or all to a time; whether that is forward or back, as Apache's broker.</summary>
    /// <returns><see langword="null"/>, or why nothing was reset.</returns>
    public Refusal? Reset(ResetOffsetRequestHeader header, out Dictionary<MessageQueue, long> reset)
    {
        reset = [];
        if (!topics.TryGet(header.Topic, out var topic))
        {
            return new Refusal(ResponseCode.TopicNotExist, $"Topic {header.Topic} does not exist");
        }

        if (!groups.Contains(header.Group))
        {
            return new Refusal(ResponseCode.SubscriptionGroupNotExist, $"Group {header.Group} does not exist");
        }

        if (Targets(header, topic, out var targets) is { } refusal)
        {
            return refusal;
        }

        foreach (var (queueId, offset) in targets)
        {
            offsets.Reset(header.Group, header.Topic, queueId, offset);
            reset[new MessageQueue(header.Topic, options.BrokerName, queueId)] = offset;
        }

        return null;
    }

    private Refusal? Targets(ResetOffsetRequestHeader header, TopicConfig topic, out Dictionary<int, long> targets)
    {
        targets = [];
        if (header.QueueId is not ({ } queueId and >= 0))
        {
            for (var id = 0; id < topic.ReadQueueNums; id++)
            {
                targets[id] = OffsetTarget.ByTime(store, header.Topic, id, header.Timestamp);
            }

            return targets.Count > 0 ? null : new Refusal(ResponseCode.SystemError, $"No queues to reset: topic {header.Topic} has none to read.");
        }

        if (queueId >= topic.ReadQueueNums)
        {
            return new Refusal(
                ResponseCode.SystemError, $"Queue {queueId} of topic {header.Topic} does not exist: it has {topic.ReadQueueNums} to read");
        }

        if (header.Offset is not ({ } offset and not -1))
        {
            targets[queueId] = OffsetTarget.ByTime(store, header.Topic, queueId, header.Timestamp);
            return null;
        }

        var (min, max) = (store.MinOffset(header.Topic, queueId), store.MaxOffset(header.Topic, queueId));
        targets[queueId] = offset;
        return offset < min || offset > max + 1
            ? new Refusal(ResponseCode.SystemError, $"Target offset {offset} not in consume queue range [{min}-{max}]")
            : null;
    }
}
