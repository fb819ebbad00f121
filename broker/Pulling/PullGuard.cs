using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Pulling;

/// <summary>What has to be true of a pull, and by which filter it reads: its own subscription, or the one its group registered.</summary>
public sealed class PullGuard(
    BrokerOptions options, TopicTable topics, SubscriptionGroups groups, ConsumerTable consumers, MessageFilterCache filters,
    PulledSubscriptions pulled)
{
    /// <returns><see langword="null"/> when the pull may go on.</returns>
    public PullResult? Check(in PullRequest pull, out SubscriptionGroupConfig group, out IMessageFilter filter)
    {
        group = null!;
        filter = null!;
        if (!TopicPermission.CanRead(options.BrokerPermission))
        {
            return PullResult.Refused(
                RefusalKind.NoPermission, $"the broker[{options.BrokerIP1}] pulling message is forbidden: brokerPermission is {options.BrokerPermission}",
                ForbiddenType.Broker);
        }

        if (pull.IsLite && !options.LitePullMessageEnable)
        {
            return PullResult.Refused(
                RefusalKind.NoPermission, $"the broker[{options.BrokerIP1}] for lite pull consumer is forbidden: litePullMessageEnable=false",
                ForbiddenType.Broker);
        }

        if (groups.Find(pull.Group) is not { } config)
        {
            return PullResult.Refused(RefusalKind.SubscriptionGroupNotExist, $"subscription group [{pull.Group}] does not exist{groups.FullReason}");
        }

        group = config;
        if (!config.ConsumeEnable)
        {
            return PullResult.Refused(
                RefusalKind.NoPermission, $"subscription group no permission, {pull.Group}: consumeEnable is false (updateSubGroup -s true)",
                ForbiddenType.Group);
        }

        return CheckQueue(pull) ?? CheckSubscription(pull) ?? FindFilter(pull, config, out filter);
    }

    /// <summary>Asked of every pull; Apache's broker lets those pass that bring a subscription of their own.</summary>
    private PullResult? CheckSubscription(in PullRequest pull) => groups.MayRead(pull.Group, pull.Topic)
        ? null
        : PullResult.Refused(
            RefusalKind.NoPermission,
            $"the consumer group[{pull.Group}] is forbidden for topic[{pull.Topic}]: an operator has said so",
            ForbiddenType.Subscription);

    private PullResult? CheckQueue(in PullRequest pull)
    {
        if (!topics.TryGet(pull.Topic, out var topic))
        {
            return PullResult.Refused(RefusalKind.TopicNotExist, $"topic[{pull.Topic}] not exist, apply first please!");
        }

        if (!TopicPermission.CanRead(topic.Perm))
        {
            return PullResult.Refused(
                RefusalKind.NoPermission, $"the topic[{pull.Topic}] pulling message is forbidden: its perm is {topic.Perm}", ForbiddenType.Topic);
        }

        return pull.QueueId < 0 || pull.QueueId >= topic.ReadQueueNums
            ? PullResult.Refused(
                RefusalKind.InvalidParameter,
                $"queueId[{pull.QueueId}] is illegal, topic:[{pull.Topic}] topicConfig.readQueueNums:[{topic.ReadQueueNums}] consumer:[{pull.Group}]")
            : null;
    }

    private PullResult? FindFilter(in PullRequest pull, SubscriptionGroupConfig group, out IMessageFilter filter)
    {
        if (pull.HasSubscription)
        {
            var refusal = Compile(pull.ExpressionType, pull.Subscription, out filter);
            if (refusal is null)
            {
                pulled.Note(pull.Group, pull.Topic, pull.ExpressionType, pull.Subscription);
            }

            return refusal;
        }

        filter = null!;
        if (consumers.Find(pull.Group) is not { } members)
        {
            return PullResult.Refused(RefusalKind.SubscriptionNotExist, $"the consumer's group info not exist: {pull.Group} has sent no heartbeat");
        }

        if (!group.ConsumeBroadcastEnable && members.MessageModel == MessageModel.Broadcasting)
        {
            return PullResult.Refused(
                RefusalKind.NoPermission, $"the consumer group[{pull.Group}] can not consume by broadcast way: consumeBroadcastEnable is false",
                ForbiddenType.Broadcasting);
        }

        if (members.Subscription(pull.Topic) is not { } subscription)
        {
            return PullResult.Refused(RefusalKind.SubscriptionNotExist, $"the consumer's subscription not exist: {pull.Group} does not subscribe {pull.Topic}");
        }

        return subscription.SubVersion < pull.SubVersion
            ? PullResult.Refused(
                RefusalKind.SubscriptionNotLatest,
                $"the consumer's subscription not latest: the broker has version {subscription.SubVersion}, the request {pull.SubVersion}")
            : Compile(subscription.ExpressionType, subscription.SubString, out filter);
    }

    private PullResult? Compile(string? type, string? expression, out IMessageFilter filter)
    {
        if (!MessageFilters.IsTagType(type) && !options.EnablePropertyFilter)
        {
            filter = null!;
            return PullResult.Refused(
                RefusalKind.SystemError, $"The broker does not support consumer to filter message by {type}: enablePropertyFilter=false");
        }

        return filters.TryGet(type, expression, out filter!, out var reason)
            ? null
            : PullResult.Refused(RefusalKind.SubscriptionParseFailed, $"parse the consumer's subscription failed: {reason}");
    }
}
