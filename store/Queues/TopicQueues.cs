using System.Text;

namespace RocketMQ.Store.Queues;

/// <summary>The queues of one topic, made when first asked for.</summary>
internal sealed class TopicQueues(string name, QueueTable table)
{
    /// <summary>Most queues a topic can have.</summary>
    public const int MaxQueues = 65_536;

    private readonly Lock _growing = new();
    private ConsumeQueue?[] _queues = new ConsumeQueue?[4];

    public string Name { get; } = name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>Whether it is the topic delayed messages wait in: their tags code is the time they are due.</summary>
    public bool IsSchedule { get; } = name == "SCHEDULE_TOPIC_XXXX";

    /// <summary>Whether its one queue is a light one, listed in by messages of other topics.</summary>
    public bool IsLight { get; } = name.StartsWith("%LMQ%", StringComparison.Ordinal);

    /// <summary>Whether the topic was deleted or is loaded anew: nothing may be written to these queues any more.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Queues asked for so far.</summary>
    public IEnumerable<ConsumeQueue> Known => Volatile.Read(ref _queues).OfType<ConsumeQueue>();

    /// <exception cref="ArgumentOutOfRangeException">The id is not within 0 to 65,535.</exception>
    public ConsumeQueue this[int queueId]
    {
        get
        {
            var queues = Volatile.Read(ref _queues);
            return (uint)queueId < (uint)queues.Length && queues[queueId] is { } queue ? queue : Make(queueId);
        }
    }

    public ConsumeQueue? FindLoaded(int queueId)
    {
        var queues = Volatile.Read(ref _queues);
        return (uint)queueId < (uint)queues.Length ? queues[queueId] : null;
    }

    public void Drop() => IsDropped = true;

    /// <summary>Deletes all files. Not beside a round of the background writer.</summary>
    public void Delete()
    {
        Drop();
        foreach (var queue in Known)
        {
            queue.Files.DeleteAll();
        }
    }

    private ConsumeQueue Make(int queueId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queueId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(queueId, MaxQueues);
        lock (_growing)
        {
            var queues = _queues;
            if (queueId < queues.Length && queues[queueId] is { } made)
            {
                return made;
            }
            if (queueId >= queues.Length)
            {
                Array.Resize(ref queues, Math.Max(queues.Length * 2, queueId + 1));
            }
            var queue = table.Load(this, queueId);
            queues[queueId] = queue;
            Volatile.Write(ref _queues, queues);
            return queue;
        }
    }
}
