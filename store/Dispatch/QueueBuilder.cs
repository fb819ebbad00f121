using System.Buffers.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Dispatch;

/// <summary>Lists records in the queues they belong to.</summary>
internal sealed class QueueBuilder(QueueTable queues, DelayLevels delays, bool hasLightQueues)
{
    private TopicQueues? _lastTopic;

    /// <summary>Whether records may name further queues to stand in.</summary>
    public bool HasLightQueues => hasLightQueues;

    /// <summary>The topic of a record; null when it can have no queues, or was deleted after the record was appended.</summary>
    public TopicQueues? TopicOf(in MessageRecord record, long physicalOffset)
    {
        if ((uint)record.QueueId >= TopicQueues.MaxQueues)
        {
            return null;
        }
        if (_lastTopic is not { IsDropped: false } topic || !record.Topic.SequenceEqual(topic.Utf8))
        {
            topic = _lastTopic = queues.Find(record.Topic);
        }
        return topic is not null && physicalOffset >= topic.BornAt ? topic : null;
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

    /// <summary>Adds a record to its queue, which may have it already. One that is set aside gets it from the log later.</summary>
    public void Put(TopicQueues topic, in MessageRecord record, long physicalOffset, long tagsCode) =>
        queues.TryGet(topic, record.QueueId)?.Put(
            new QueueUnit(physicalOffset, record.Size, tagsCode), record.QueueOffset, DispatchedRecord.OffsetsOf(record));

    /// <summary>Adds a record to the light queues it names; those, and where it stands in each.</summary>
    public List<(TopicQueues Topic, long Offset)> PutLight(in DispatchedRecord dispatched)
    {
        var listing = LightQueues.Listing(dispatched.Record.Properties, dispatched.PhysicalOffset, queues);
        foreach (var (light, offset) in listing)
        {
            queues.TryGet(light, 0)?.Put(new QueueUnit(dispatched.PhysicalOffset, dispatched.Record.Size, dispatched.TagsCode), offset);
        }
        return listing;
    }

    /// <summary>Puts a record's units right where its queues are suspect and they are wrong or missing. For recovery.</summary>
    public bool Repair(in MessageRecord record, long physicalOffset)
    {
        if (!DispatchedRecord.IsQueuedType(record.TransactionType) || TopicOf(record, physicalOffset) is not { } topic)
        {
            return true;
        }
        if (queues.TryGet(topic, record.QueueId) is { IsSuspect: true } queue)
        {
            queue.Repair(new QueueUnit(physicalOffset, record.Size, TagsCode(topic, record)), record.QueueOffset, DispatchedRecord.OffsetsOf(record));
        }
        if (hasLightQueues && LightQueues.MayName(topic.Name))
        {
            foreach (var (light, offset) in LightQueues.Listing(record.Properties, physicalOffset, queues))
            {
                if (queues.TryGet(light, 0) is { IsSuspect: true } lightQueue)
                {
                    lightQueue.Repair(new QueueUnit(physicalOffset, record.Size, TagsCode(topic, record)), offset);
                }
            }
        }
        return true;
    }

    /// <summary>Where a record stands in a queue and what its unit there is; false when it does not.</summary>
    public bool TryPlace(ConsumeQueue queue, in MessageRecord record, long physicalOffset, out QueueUnit unit, out long offset, out int count)
    {
        (unit, offset, count) = (default, -1, 1);
        if (!DispatchedRecord.IsQueuedType(record.TransactionType) || physicalOffset < queue.Topic.BornAt)
        {
            return false;
        }
        if (record.QueueId == queue.QueueId && record.Topic.SequenceEqual(queue.Topic.Utf8))
        {
            offset = record.QueueOffset;
            count = DispatchedRecord.OffsetsOf(record);
        }
        else if (hasLightQueues && queue.Topic.IsLight)
        {
            offset = LightQueues.OffsetIn(queue.Topic, record.Properties);
        }
        unit = new QueueUnit(physicalOffset, record.Size, TagsCode(queue.Topic, record));
        return offset >= 0;
    }
}
