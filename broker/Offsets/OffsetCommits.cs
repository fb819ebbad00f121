using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Offsets;

/// <summary>How far a group is, as its members say. While a reset waits for the group, what they still commit does not count.</summary>
public sealed class OffsetCommits(BrokerOptions options, ConsumerOffsets offsets, SubscriptionGroups groups, TopicTable topics)
{
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="queueId">The queue.</param>
    /// <param name="offset">The next message that the group wants.</param>
    /// <param name="wasReset">Whether it does not count for that reason.</param>
    /// <returns><see langword="null"/>, or why nothing was committed.</returns>
    public Refusal? Commit(string group, string topic, int? queueId, long? offset, out bool wasReset)
    {
        wasReset = false;

        // A commit never makes a group: one that comes late would bring a deleted group back.
        if (!groups.Contains(group))
        {
            return new Refusal(RefusalKind.SubscriptionGroupNotExist, $"Group {group} not exist!{groups.FullReason}");
        }

        if (!topics.TryGet(topic, out var config))
        {
            return new Refusal(RefusalKind.TopicNotExist, $"Topic {topic} not exist!");
        }

        if (queueId is not { } queue)
        {
            return Illegal($"QueueId is null, topic is {topic}");
        }

        if (offset is not { } next)
        {
            return Illegal($"Offset is null, topic is {topic}");
        }

        var queues = Math.Max(config.ReadQueueNums, config.WriteQueueNums);
        if (queue < 0 || queue >= queues)
        {
            return Illegal($"queueId[{queue}] is illegal, topic {topic} has {queues} queues: nothing was committed");
        }

        if (next < 0)
        {
            return Illegal($"commitOffset[{next}] is illegal, offsets begin at 0: nothing was committed");
        }

        if (!offsets.HasRoomFor(group, topic, queue, options.MaxConsumerOffsetNum))
        {
            return new Refusal(RefusalKind.SystemError, Reached.Limit("offsets of groups", "maxConsumerOffsetNum", options.MaxConsumerOffsetNum));
        }

        wasReset = offsets.HasReset(group, topic, queue);
        if (!wasReset)
        {
            offsets.Commit(group, topic, queue, next);
        }

        return null;
    }

    private static Refusal Illegal(string reason) => new(RefusalKind.InvalidParameter, reason);
}
