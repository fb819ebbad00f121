using System.Buffers.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Dispatch;

/// <summary>Lists records in the queues they belong to.</summary>
internal sealed class QueueBuilder(QueueTable queues, DelayLevels delays, bool hasLightQueues = false)
{
    private TopicQueues? _lastTopic;

    /// <summary>The topic of a record; null when it can have no queues.</summary>
    public TopicQueues? TopicOf(in MessageRecord record)
    {
        if ((uint)record.QueueId >= TopicQueues.MaxQueues)
        {
            return null;
        }
        if (_lastTopic is { IsDropped: false } last && record.Topic.SequenceEqual(last.Utf8))
        {
            return last;
        }
        return _lastTopic = queues.Find(record.Topic);
    }

    /// <summary>The hash of the tags; in the topic of delayed messages, when the message is due.</summary>
    public long TagsCode(TopicQueues topic, in MessageRecord record)
    {
        if (topic.IsSchedule
            && Utf8Parser.TryParse(record.Property(PropertyNames.Utf8.DelayLevel), out int level, out _) && level > 0)
        {
            return record.StoreTimestamp + delays.DelayMs(level);
        }
        var tags = record.Property(PropertyNames.Utf8.Tags);
        return tags.IsEmpty ? 0 : JavaHash.Of(tags);
    }

    /// <summary>Adds a record to its queue, which may have it already.</summary>
    public static void Put(TopicQueues topic, in MessageRecord record, long physicalOffset, long tagsCode) =>
        topic[record.QueueId].Put(
            new QueueUnit(physicalOffset, record.Size, tagsCode), record.QueueOffset, DispatchedRecord.OffsetsOf(record.SysFlag, record.Properties));

    /// <summary>Puts a record's units right where its queues are suspect and they are wrong or missing. For recovery.</summary>
    public void Repair(in MessageRecord record, long physicalOffset)
    {
        if (!DispatchedRecord.IsQueuedType(record.TransactionType) || TopicOf(record) is not { } topic)
        {
            return;
        }
        if (topic[record.QueueId] is { IsSuspect: true } queue)
        {
            Repair(queue, record, physicalOffset);
        }
        if (hasLightQueues && LightQueues.MayName(topic.Name))
        {
            foreach (var (light, offset) in LightQueues.Listing(record.Properties, queues))
            {
                if (light.IsSuspect)
                {
                    light.Repair(new QueueUnit(physicalOffset, record.Size, TagsCode(topic, record)), offset);
                }
            }
        }
    }

    /// <summary>Puts a record's unit right if it belongs to a queue that is being loaded.</summary>
    public void RepairIn(ConsumeQueue queue, in MessageRecord record, long physicalOffset)
    {
        if (!DispatchedRecord.IsQueuedType(record.TransactionType))
        {
            return;
        }
        if (record.QueueId == queue.QueueId && record.Topic.SequenceEqual(queue.Topic.Utf8))
        {
            Repair(queue, record, physicalOffset);
        }
        else if (hasLightQueues && queue.Topic.IsLight && LightQueues.OffsetIn(queue.Topic, record.Properties) is var offset && offset >= 0)
        {
            queue.Repair(new QueueUnit(physicalOffset, record.Size, TagsCode(queue.Topic, record)), offset);
        }
    }

    private void Repair(ConsumeQueue queue, in MessageRecord record, long physicalOffset) =>
        queue.Repair(
            new QueueUnit(physicalOffset, record.Size, TagsCode(queue.Topic, record)), record.QueueOffset,
            DispatchedRecord.OffsetsOf(record.SysFlag, record.Properties));
}
