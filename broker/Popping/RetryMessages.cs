using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Puts what was popped and not acknowledged into the group's retry topic: the same message, once more consumed, with the time of its
/// first pop. How often that may happen, the consumer decides; it sends what it gives up on to the dead letters itself.
/// </summary>
internal sealed class RetryMessages(
    BrokerOptions options, MessageStore store, MessagePublisher publisher, TopicTable topics, SubscriptionGroups groups, ConsumerOffsets offsets, MessageHost storeHost,
    ILogger logger)
{
    /// <summary>Behind what was brought back: that a checkpoint is done with must not outlive its messages.</summary>
    public StoredMark BroughtBack { get; } = new(publisher);

    /// <summary>Whether a checkpoint is still of anybody's concern: its topic and group exist.</summary>
    public bool IsWanted(PopCheckPoint checkPoint) =>
        checkPoint is { Topic: { } topic, Group: { } group }
        && topics.TryGet(PopTopics.OriginOf(topic, group), out _)
        && groups.Find(group) is not null;

    /// <summary>
    /// Brings one message back, at once: it waited for its delay or time before it was popped. One that retention has deleted is lost to the
    /// group, as it is to all.
    /// </summary>
    /// <returns>False when the store takes nothing now: try again.</returns>
    public bool TryBringBack(PopCheckPoint checkPoint, long offset)
    {
        using var found = store.Get(checkPoint.Topic!, checkPoint.QueueId, offset, 1);
        if (found.Count == 0 || found.QueueOffsetAt(0) != offset
            || MessageRecord.TryRead(found[0], out var record) != RecordReadStatus.Ok)
        {
            PopLog.MessageGone(logger, checkPoint.Topic!, checkPoint.QueueId, offset, checkPoint.Group!);
            return true;
        }

        var draft = RecordCopy.To(RetryTopic(checkPoint.Topic!, checkPoint.Group!), 0, record, storeHost);
        draft.BornHost = storeHost;
        draft.ReconsumeTimes++;
        draft.Properties = WithFirstPopTime(record, checkPoint.PopTimeMs);
        var published = (record.SysFlag & MessageSysFlag.InnerBatch) == 0 ? publisher.Append(draft) : AppendMessagesOf(draft);
        if (published.Status == AppendStatus.PropertiesTooLarge)
        {
            draft.Properties = record.Properties;
            published = publisher.Append(draft);
        }

        BroughtBack.Note(published);
        if (published.MayPass)
        {
            PopLog.NotBroughtBackNow(logger, checkPoint.Topic!, checkPoint.QueueId, offset, published.Status);
            return false;
        }

        if (!published.IsOk)
        {
            PopLog.NeverBroughtBack(logger, checkPoint.Topic!, checkPoint.QueueId, offset, checkPoint.Group!, published.Status);
        }

        return true;
    }

    /// <summary>Retry topics keep no batches as one record: one comes back as its messages.</summary>
    private PublishResult AppendMessagesOf(MessageDraft batch)
    {
        batch.SysFlag &= ~(MessageSysFlag.InnerBatch | MessageSysFlag.NeedUnwrap);
        batch.Properties = PropertyEdit.Remove(batch.Properties, PropertyNames.Utf8.InnerBatchBase);
        batch.Properties = PropertyEdit.Remove(batch.Properties, PropertyNames.Utf8.InnerBatchSize);
        if (!BatchBody.TryCount(batch.Body, out var count) || count == 0)
        {
            return publisher.Append(batch);
        }

        // Each has its own.
        batch.Properties = PropertyEdit.Remove(batch.Properties, PropertyNames.Utf8.UniqueKey);
        return publisher.PublishBatch(batch, out _);
    }

    private static ReadOnlySpan<byte> WithFirstPopTime(in MessageRecord record, long popTimeMs) =>
        record.ReconsumeTimes == 0 || !PropertyText.TryFind(record.Properties, "1ST_POP_TIME"u8, out _)
            ? PropertyEdit.Set(record.Properties, "1ST_POP_TIME"u8, Encoding.UTF8.GetBytes(popTimeMs.ToString(CultureInfo.InvariantCulture)))
            : record.Properties;

    private string RetryTopic(string topic, string group)
    {
        var retryTopic = SystemTopics.IsRetry(topic) ? topic
            : options.EnableRetryTopicV2 ? PopTopics.RetryV2(topic, group)
            : PopTopics.RetryV1(topic, group);
        if (!topics.TryGet(retryTopic, out _))
        {
            topics.GetOrCreate(retryTopic, 1, TopicPermission.ReadWrite);
            if (offsets.Query(group, retryTopic, 0) < 0)
            {
                offsets.Commit(group, retryTopic, 0, 0);
            }
        }

        return retryTopic;
    }
}
