using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Pulling;

/// <summary>What has to be true of a pull, and by which filter it reads: its own subscription, or the one its group registered.</summary>
public sealed class PullGuard(
    BrokerOptions options, TopicTable topics, SubscriptionGroups groups, ConsumerTable consumers, MessageFilterCache filters,
    PulledSubscriptions pulled)
{
    /// <returns><see langword="null"/> when the pull may go on.</returns>
    public PullRefusal? Check(PullMessageRequestHeader header, bool isLitePull, out SubscriptionGroupConfig group, out IMessageFilter filter)
    {
        group = null!;
        filter = null!;
        if (!TopicPermission.CanRead(options.BrokerPermission))
        {
            return new PullRefusal(
                ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] pulling message is forbidden: brokerPermission is {options.BrokerPermission}",
                ForbiddenType.Broker);
        }

        if (isLitePull && !options.LitePullMessageEnable)
        {
            return new PullRefusal(
                ResponseCode.NoPermission, $"the broker[{options.BrokerIP1}] for lite pull consumer is forbidden: litePullMessageEnable=false",
                ForbiddenType.Broker);
        }

        if (groups.Find(header.ConsumerGroup) is not { } config)
        {
            return new PullRefusal(ResponseCode.SubscriptionGroupNotExist, $"subscription group [{header.ConsumerGroup}] does not exist{groups.FullReason}");
        }

        group = config;
        if (!config.ConsumeEnable)
        {
            return new PullRefusal(
                ResponseCode.NoPermission, $"subscription group no permission, {header.ConsumerGroup}: consumeEnable is false (updateSubGroup -s true)",
                ForbiddenType.Group);
        }

        return CheckQueue(header) ?? CheckSubscription(header) ?? FindFilter(header, config, out filter);
    }

    /// <summary>Asked of every pull; Apache's broker lets those pass that bring a subscription of their own.</summary>
    private PullRefusal? CheckSubscription(PullMessageRequestHeader header) => groups.MayRead(header.ConsumerGroup, header.Topic)
        ? null
        : new PullRefusal(
            ResponseCode.NoPermission,
            $"the consumer group[{header.ConsumerGroup}] is forbidden for topic[{header.Topic}]: an operator has said so",
            ForbiddenType.Subscription);

    private PullRefusal? CheckQueue(PullMessageRequestHeader header)
    {
        if (!topics.TryGet(header.Topic, out var topic))
        {
            return new PullRefusal(ResponseCode.TopicNotExist, $"topic[{header.Topic}] not exist, apply first please!");
        }

        if (!TopicPermission.CanRead(topic.Perm))
        {
            return new PullRefusal(
                ResponseCode.NoPermission, $"the topic[{header.Topic}] pulling message is forbidden: its perm is {topic.Perm}", ForbiddenType.Topic);
        }

        return header.QueueId < 0 || header.QueueId >= topic.ReadQueueNums
            ? new PullRefusal(
                ResponseCode.InvalidParameter,
                $"queueId[{header.QueueId}] is illegal, topic:[{header.Topic}] topicConfig.readQueueNums:[{topic.ReadQueueNums}] consumer:[{header.ConsumerGroup}]")
            : null;
    }

    private PullRefusal? FindFilter(PullMessageRequestHeader header, SubscriptionGroupConfig group, out IMessageFilter filter)
    {
        if ((header.SysFlag & PullFlags.Subscription) != 0)
        {
            var refusal = Compile(header.ExpressionType, header.Subscription, out filter);
            if (refusal is null)
            {
                pulled.Note(header.ConsumerGroup, header.Topic, header.ExpressionType, header.Subscription);
            }

            return refusal;
        }

        filter = null!;
        if (consumers.Find(header.ConsumerGroup) is not { } members)
        {
            return new PullRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's group info not exist: {header.ConsumerGroup} has sent no heartbeat");
        }

        if (!group.ConsumeBroadcastEnable && members.MessageModel == MessageModel.Broadcasting)
        {
            return new PullRefusal(
                ResponseCode.NoPermission, $"the consumer group[{header.ConsumerGroup}] can not consume by broadcast way: consumeBroadcastEnable is false",
                ForbiddenType.Broadcasting);
        }

        if (members.Subscription(header.Topic) is not { } subscription)
        {
            return new PullRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's subscription not exist: {header.ConsumerGroup} does not subscribe {header.Topic}");
        }

        return subscription.SubVersion < header.SubVersion
            ? new PullRefusal(
                ResponseCode.SubscriptionNotLatest,
                $"the consumer's subscription not latest: the broker has version {subscription.SubVersion}, the request {header.SubVersion}")
            : Compile(subscription.ExpressionType, subscription.SubString, out filter);
    }

    private PullRefusal? Compile(string? type, string? expression, out IMessageFilter filter)
    {
        if (!MessageFilters.IsTagType(type) && !options.EnablePropertyFilter)
        {
            filter = null!;
            return new PullRefusal(
                ResponseCode.SystemError, $"The broker does not support consumer to filter message by {type}: enablePropertyFilter=false");
        }

        return filters.TryGet(type, expression, out filter!, out var reason)
            ? null
            : new PullRefusal(ResponseCode.SubscriptionParseFailed, $"parse the consumer's subscription failed: {reason}");
    }
}
