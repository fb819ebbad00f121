using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Popping;

/// <summary>What has to be true of a pop, a peek and the questions about them.</summary>
public sealed class PopGuard(BrokerOptions options, TopicTable topics, SubscriptionGroups groups)
{
    /// <param name="doing">Names the request in refusals: pop, peeking.</param>
    /// <param name="topic">Must exist and be readable.</param>
    /// <param name="queueId">Negative for all queues.</param>
    /// <param name="group">Must exist, or be creatable, and be allowed to consume.</param>
    /// <param name="config">The topic.</param>
    /// <returns><see langword="null"/> when the request may go on.</returns>
    public Refusal? Check(string doing, string topic, int queueId, string group, out TopicConfig config)
    {
        config = null!;
        if (!TopicPermission.CanRead(options.BrokerPermission))
        {
            return new Refusal(
                RefusalKind.NoPermission, $"the broker[{options.BrokerIP1}] {doing} message is forbidden: brokerPermission is {options.BrokerPermission}");
        }

        if (!topics.TryGet(topic, out var found))
        {
            return new Refusal(RefusalKind.TopicNotExist, $"topic[{topic}] not exist, apply first please!");
        }

        config = found;
        if (!TopicPermission.CanRead(found.Perm))
        {
            return new Refusal(RefusalKind.NoPermission, $"the topic[{topic}] {doing} message is forbidden: its perm is {found.Perm}");
        }

        if (queueId >= found.ReadQueueNums)
        {
            return new Refusal(
                RefusalKind.InvalidParameter,
                $"queueId[{queueId}] is illegal, topic:[{topic}] topicConfig.readQueueNums:[{found.ReadQueueNums}] consumer:[{group}]");
        }

        if (groups.Find(group) is not { } subscription)
        {
            return new Refusal(RefusalKind.SubscriptionGroupNotExist, $"subscription group [{group}] does not exist{groups.FullReason}");
        }

        return subscription.ConsumeEnable
            ? null
            : new Refusal(
                RefusalKind.NoPermission, $"subscription group no permission, {group}: consumeEnable is false (updateSubGroup -s true)");
    }

    /// <summary>What has to be true of an acknowledged message's queue.</summary>
    public Refusal? CheckQueue(string topic, int queueId)
    {
        if (!topics.TryGet(topic, out var config))
        {
            return new Refusal(RefusalKind.TopicNotExist, $"topic[{topic}] not exist, apply first please!");
        }

        return queueId < 0 || queueId >= config.ReadQueueNums
            ? new Refusal(
                RefusalKind.MessageIllegal, $"queueId[{queueId}] is illegal, topic:[{topic}] topicConfig.readQueueNums:[{config.ReadQueueNums}]")
            : null;
    }
}
