using System.Globalization;
using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// CONSUMER_SEND_MSG_BACK (36): a consumer wants a message again. It goes to the group's retry topic by way of a delay level that
/// grows with each attempt, and to the dead letters when the attempts are used up.
/// </summary>
public sealed class SendBackHandler(
    BrokerOptions options, SubscriptionGroups groups, TopicTable topics, MessagePublisher publisher, MessageStore store,
    MessageHost storeHost, BrokerStatistics statistics) : IRequestHandler
{
    /// <summary>The first retry's delay level; each further attempt takes the next.</summary>
    private const int FirstDelayLevel = 3;

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ConsumerSendMsgBackRequestHeader>();
        if (groups.Find(header.Group) is not { } group)
        {
            return RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"subscription group not exist, {header.Group}");
        }

        if (!TopicPermission.CanWrite(options.BrokerPermission))
        {
            return RemotingCommand.Response(
                ResponseCode.NoPermission,
                $"the broker[{storeHost}] sending message is forbidden: brokerPermission is {options.BrokerPermission}");
        }

        if (group.RetryQueueNums <= 0)
        {
            return RemotingCommand.Response(ResponseCode.Success);
        }

        var retryTopic = topics.GetOrCreate(
            SystemTopics.RetryOf(header.Group),
            group.RetryQueueNums,
            TopicPermission.ReadWrite,
            header.UnitMode ? TopicSysFlag.UnitSubscription : 0);
        if (!TopicPermission.CanWrite(retryTopic.Perm))
        {
            return RemotingCommand.Response(ResponseCode.NoPermission, $"the topic[{retryTopic.TopicName}] sending message is forbidden");
        }

        var maxReconsumeTimes = context.Request.Version >= MqVersion.V3_4_9 && header.MaxReconsumeTimes is { } asked
            ? asked
            : group.RetryMaxTimes;
        var result = Republish(header, QueueOf(retryTopic, group), maxReconsumeTimes);
        if (result is null)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"look message by offset failed, {header.Offset}");
        }

        if (!result.Value.IsOk)
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, result.Value.Refusal?.Reason ?? $"the message could not be stored: {result.Value.Status}");
        }

        // A crash must not take away the topic that the message stands in now.
        if (await topics.SavedAsync(retryTopic.TopicName, SystemTopics.DeadLetterOf(header.Group)).ConfigureAwait(false) is { } unsaved)
        {
            return unsaved.ToResponse();
        }

        // The consumer commits past the original once this is answered: it must be as safe as any send.
        // Otherwise it is answered as by Apache's broker, and the consumer tries again in its own way.
        var durability = await publisher.WaitStoredAsync(result.Value).ConfigureAwait(false);
        return durability.IsStored
            ? RemotingCommand.Response(ResponseCode.Success)
            : RemotingCommand.Response(ResponseCode.SystemError, durability.Name);
    }

    /// <summary>One that the topic's route shows, however many the group was given since: no consumer finds the others.</summary>
    private static int QueueOf(TopicConfig retryTopic, SubscriptionGroupConfig group) =>
        Random.Shared.Next(Math.Max(1, Math.Min(group.RetryQueueNums, Math.Min(retryTopic.ReadQueueNums, retryTopic.WriteQueueNums))));

    /// <returns><see langword="null"/> when there is no message at the offset.</returns>
    private PublishResult? Republish(ConsumerSendMsgBackRequestHeader header, int queueId, int maxReconsumeTimes)
    {
        using var lease = store.Read(header.Offset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok)
        {
            return null;
        }

        var draft = RecordCopy.To(SystemTopics.RetryOf(header.Group), queueId, record, storeHost);
        draft.ReconsumeTimes++;
        draft.Properties = RetryProperties(record);
        if (record.ReconsumeTimes >= maxReconsumeTimes || header.DelayLevel < 0)
        {
            DeadLetters.Redirect(ref draft, header.Group, topics, "0"u8);
        }
        else
        {
            var level = header.DelayLevel == 0 ? FirstDelayLevel + record.ReconsumeTimes : header.DelayLevel;
            draft.Properties = PropertyEdit.Set(
                draft.Properties, PropertyNames.Utf8.DelayLevel, Encoding.UTF8.GetBytes(level.ToString(CultureInfo.InvariantCulture)));
        }

        var published = publisher.Publish(ref draft);
        if (published.IsOk)
        {
            statistics.Group(record.PropertyString("RETRY_TOPIC"u8) ?? record.TopicString, header.Group).SentBack.Add(1);
        }

        return published;
    }

    private static ReadOnlySpan<byte> RetryProperties(in MessageRecord record)
    {
        var properties = PropertyEdit.Set(record.Properties, PropertyNames.Utf8.WaitStoreOk, "false"u8);
        if (!PropertyText.TryFind(properties, "RETRY_TOPIC"u8, out _))
        {
            properties = PropertyEdit.Set(properties, "RETRY_TOPIC"u8, record.Topic);
        }

        return PropertyText.TryFind(properties, "ORIGIN_MESSAGE_ID"u8, out _)
            ? properties
            : PropertyEdit.Set(
                properties,
                "ORIGIN_MESSAGE_ID"u8,
                Encoding.UTF8.GetBytes(OffsetMessageId.Format(record.StoreHost, record.PhysicalOffset)));
    }
}
