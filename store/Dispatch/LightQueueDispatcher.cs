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
        foreach (var (queue, offset) in LightQueues.Listing(record.Record.Properties, queues))
        {
            queue.Put(new QueueUnit(record.PhysicalOffset, record.Record.Size, record.TagsCode), offset);
            arrived(new DispatchedRecord(queue.TopicName, record.Record, record.PhysicalOffset, record.TagsCode, 0, offset));
        }
    }
}
