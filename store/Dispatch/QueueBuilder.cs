using System.Buffers.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;
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
    /// <returns>−1; or, where the queue's units are an earlier life's and the record is not added, where the last of their records ends.</returns>
    public long Put(TopicQueues topic, in MessageRecord record, long physicalOffset, long tagsCode)
    {
        if (queues.TryGet(topic, record.QueueId) is { } queue)
        {
            var entry = Entry(queue, record, physicalOffset, tagsCode);
            if (queue.IsOfLaterLife(entry))
            {
                return queue.MaxPhysicalOffset;
            }
            queue.Put(entry);
        }
        return -1;
    }

    /// <summary>Adds those records of a stretch of the log that are a topic's.</summary>
    /// <returns>−1; or where a life of the topic ends that is over by then.</returns>
    public long PutAll(LogFiles files, string topic, long from, long to)
    {
        var oldEnd = -1L;
        LogWalk.Visit(files, from, to, (in MessageRecord record, long physicalOffset) =>
        {
            if (DispatchedRecord.IsQueuedType(record.TransactionType) && TopicOf(record, physicalOffset) is { } its && its.Name == topic)
            {
                oldEnd = Put(its, record, physicalOffset, TagsCode(its, record));
            }
            return oldEnd < 0;
        });
        return oldEnd;
    }

    /// <summary>Adds a record to the light queues it names; those, and where it stands in each.</summary>
    public List<(TopicQueues Topic, long Offset)> PutLight(in DispatchedRecord dispatched)
    {
        var listing = LightQueues.Listing(dispatched.Record.Properties, dispatched.PhysicalOffset, queues);
        foreach (var (light, offset) in listing)
        {
            queues.TryGet(light, 0)?.Put(LightEntry(dispatched.Record, dispatched.PhysicalOffset, dispatched.TagsCode, offset));
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
            queue.Repair(Entry(queue, record, physicalOffset, TagsCode(topic, record)));
        }
        if (hasLightQueues && topic.MayNameLight)
        {
            foreach (var (light, offset) in LightQueues.Listing(record.Properties, physicalOffset, queues))
            {
                if (queues.TryGet(light, 0) is { IsSuspect: true } lightQueue)
                {
                    lightQueue.Repair(LightEntry(record, physicalOffset, TagsCode(topic, record), offset));
                }
            }
        }
        return true;
    }

    /// <summary>How a queue lists a record; false when it does not.</summary>
    public bool TryPlace(ConsumeQueue queue, in MessageRecord record, long physicalOffset, out QueueEntry entry)
    {
        entry = default;
        if (!DispatchedRecord.IsQueuedType(record.TransactionType) || physicalOffset < queue.Topic.BornAt)
        {
            return false;
        }
        if (record.QueueId == queue.QueueId && record.Topic.SequenceEqual(queue.Topic.Utf8))
        {
            entry = Entry(queue, record, physicalOffset, TagsCode(queue.Topic, record));
            return entry.Offset >= 0;
        }
        if (hasLightQueues && queue.Topic.IsLight && LightQueues.OffsetIn(queue.Topic, record.Properties) is >= 0 and var offset)
        {
            entry = LightEntry(record, physicalOffset, TagsCode(queue.Topic, record), offset);
            return true;
        }
        return false;
    }

    private static QueueEntry Entry(ConsumeQueue queue, in MessageRecord record, long physicalOffset, long tagsCode) => new(
        new QueueUnit(physicalOffset, record.Size, tagsCode), record.QueueOffset, DispatchedRecord.OffsetsOf(record, queue.IsBatch), record.StoreTimestamp);

    private static QueueEntry LightEntry(in MessageRecord record, long physicalOffset, long tagsCode, long offset) =>
        new(new QueueUnit(physicalOffset, record.Size, tagsCode), offset, 1, record.StoreTimestamp);
}
