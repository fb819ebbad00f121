using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Dispatch;

/// <summary>Lists records in the light queues they name, see <see cref="LightQueues"/>, and tells that they can be read there.</summary>
internal sealed class LightQueueDispatcher(QueueTable queues, MessageArrivedHandler arrived) : ILogDispatcher
{
    public void OnRecord(in DispatchedRecord record)
    {
        if (!record.IsQueued || !LightQueues.MayName(record.Topic))
        {
            return;
        }
        var offsets = LightQueues.Offsets(record.Record.Properties);
        if (offsets.Count == 0)
        {
            return;
        }
        var named = LightQueues.Of(record.Record.Properties, queues);
        for (var i = 0; i < Math.Min(named.Count, offsets.Count); i++)
        {
            if (named[i] is { } queue && offsets[i] >= 0)
            {
                queue.Put(new QueueUnit(record.PhysicalOffset, record.Record.Size, record.TagsCode), offsets[i]);
                arrived(new DispatchedRecord(queue.TopicName, record.Record, record.PhysicalOffset, record.TagsCode, 0, offsets[i]));
            }
        }
    }
}
