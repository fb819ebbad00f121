using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Resets offsets here: committed at once, and kept until each queue is pulled or popped, so that no consumer overwrites them.</summary>
internal sealed class ServerSideReset(
    BrokerOptions options, ConsumerOffsets offsets, TopicTable topics, SubscriptionGroups groups, MessageStore store)
{
    /// <summary>One queue, to an offset or a time, or all to a time; whether that is forward or back, as Apache's broker.</summary>
    /// <returns><see langword="null"/>, or why nothing was reset.</returns>
    public Refusal? Reset(in OffsetReset request, out Dictionary<MessageQueue, long> reset)
    {
        reset = [];
        if (!topics.TryGet(request.Topic, out var topic))
        {
            return new Refusal(RefusalKind.TopicNotExist, $"Topic {request.Topic} does not exist");
        }

        if (!groups.Contains(request.Group))
        {
            return new Refusal(RefusalKind.SubscriptionGroupNotExist, $"Group {request.Group} does not exist");
        }

        if (Targets(request, topic, out var targets) is { } refusal)
        {
            return refusal;
        }

        foreach (var (queueId, offset) in targets)
        {
            offsets.Reset(request.Group, request.Topic, queueId, offset);
            reset[new MessageQueue(request.Topic, options.BrokerName, queueId)] = offset;
        }

        return null;
    }

    private Refusal? Targets(in OffsetReset request, TopicConfig topic, out Dictionary<int, long> targets)
    {
        targets = [];
        if (request.QueueId is not ({ } queueId and >= 0))
        {
            for (var id = 0; id < topic.ReadQueueNums; id++)
            {
                targets[id] = OffsetTarget.ByTime(store, request.Topic, id, request.Timestamp);
            }

            return targets.Count > 0 ? null : new Refusal(RefusalKind.SystemError, $"No queues to reset: topic {request.Topic} has none to read.");
        }

        if (queueId >= topic.ReadQueueNums)
        {
            return new Refusal(
                RefusalKind.SystemError, $"Queue {queueId} of topic {request.Topic} does not exist: it has {topic.ReadQueueNums} to read");
        }

        if (request.Offset is not ({ } offset and not -1))
        {
            targets[queueId] = OffsetTarget.ByTime(store, request.Topic, queueId, request.Timestamp);
            return null;
        }

        var (min, max) = (store.MinOffset(request.Topic, queueId), store.MaxOffset(request.Topic, queueId));
        targets[queueId] = offset;
        return offset < min || offset > max + 1
            ? new Refusal(RefusalKind.SystemError, $"Target offset {offset} not in consume queue range [{min}-{max}]")
            : null;
    }
}
