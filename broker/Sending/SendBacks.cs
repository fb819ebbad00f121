using System.Globalization;
using System.Text;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// A consumer wants a message again. It goes to the group's retry topic by way of a delay level that
/// grows with each attempt, and to the dead letters when the attempts are used up.
/// </summary>
public sealed class SendBacks(
    BrokerOptions options, SubscriptionGroups groups, TopicTable topics, MessagePublisher publisher, StoredRecords records,
    IAuthorizer authorizer, MessageHost storeHost, BrokerStatistics statistics)
{
    /// <summary>The first retry's delay level; each further attempt takes the next.</summary>
    private const int FirstDelayLevel = 3;

    /// <returns><see langword="null"/> when the message is stored as safely as any, or why not.</returns>
    public async ValueTask<Refusal?> SendBackAsync(SendBackRequest request, Caller caller)
    {
        if (groups.Find(request.Group) is not { } group)
        {
            return new Refusal(RefusalKind.SubscriptionGroupNotExist, $"subscription group not exist, {request.Group}");
        }

        if (!TopicPermission.CanWrite(options.BrokerPermission))
        {
            return new Refusal(
                RefusalKind.NoPermission, $"the broker[{storeHost}] sending message is forbidden: brokerPermission is {options.BrokerPermission}");
        }

        if (group.RetryQueueNums <= 0)
        {
            return null;
        }

        var retryTopic = topics.GetOrCreate(
            SystemTopics.RetryOf(request.Group),
            group.RetryQueueNums,
            TopicPermission.ReadWrite,
            request.UnitMode ? TopicSysFlag.UnitSubscription : 0);
        if (!TopicPermission.CanWrite(retryTopic.Perm))
        {
            return new Refusal(RefusalKind.NoPermission, $"the topic[{retryTopic.TopicName}] sending message is forbidden");
        }

        var result = Republish(caller, request, QueueOf(retryTopic, group), request.MaxReconsumeTimes ?? group.RetryMaxTimes, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }

        if (result is not { } published)
        {
            return new Refusal(RefusalKind.SystemError, $"look message by offset failed, {request.Offset}");
        }

        if (!published.IsOk)
        {
            return new Refusal(RefusalKind.SystemError, published.Refusal?.Reason ?? $"the message could not be stored: {published.Status}");
        }

        // A crash must not take away the topic that the message stands in now.
        if (await topics.SavedAsync(retryTopic.TopicName, SystemTopics.DeadLetterOf(request.Group)).ConfigureAwait(false) is { } unsaved)
        {
            return unsaved;
        }

        // The consumer commits past the original once this is answered: it must be as safe as any send.
        // Otherwise it is answered as by Apache's broker, and the consumer tries again in its own way.
        var durability = await publisher.WaitStoredAsync(published).ConfigureAwait(false);
        return durability.IsStored ? null : new Refusal(RefusalKind.SystemError, durability.Name);
    }

    /// <summary>One that the topic's route shows, however many the group was given since: no consumer finds the others.</summary>
    private static int QueueOf(TopicConfig retryTopic, SubscriptionGroupConfig group) =>
        Random.Shared.Next(Math.Max(1, Math.Min(group.RetryQueueNums, Math.Min(retryTopic.ReadQueueNums, retryTopic.WriteQueueNums))));

    /// <returns><see langword="null"/> when there is no message at the offset.</returns>
    private PublishResult? Republish(
        in Caller caller, in SendBackRequest request, int queueId, int maxReconsumeTimes, out Refusal? refusal)
    {
        refusal = null;
        using var lease = records.Find(request.Offset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok)
        {
            return null;
        }

        // The group reads what comes back to it: it must be something that it may read.
        refusal = authorizer.Check(caller, AccessAction.Sub, StoredRecords.TopicOf(record), request.Group);
        if (refusal is not null)
        {
            return null;
        }

        var draft = RecordCopy.To(SystemTopics.RetryOf(request.Group), queueId, record, storeHost);
        draft.ReconsumeTimes++;
        draft.Properties = RetryProperties(record);
        if (record.ReconsumeTimes >= maxReconsumeTimes || request.DelayLevel < 0)
        {
            DeadLetters.Redirect(ref draft, request.Group, topics, "0"u8);
        }
        else
        {
            var level = request.DelayLevel == 0 ? FirstDelayLevel + record.ReconsumeTimes : request.DelayLevel;
            draft.Properties = PropertyEdit.Set(
                draft.Properties, PropertyNames.Utf8.DelayLevel, Encoding.UTF8.GetBytes(level.ToString(CultureInfo.InvariantCulture)));
        }

        var published = publisher.Publish(ref draft);
        if (published.IsOk)
        {
            statistics.Group(record.PropertyString("RETRY_TOPIC"u8) ?? record.TopicString, request.Group).SentBack.Add(1);
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
