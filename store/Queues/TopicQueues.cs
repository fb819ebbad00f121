using System.Text;

namespace RocketMQ.Store.Queues;

/// <summary>
/// The queues of one topic, made when first asked for; of one life of it: a topic that is deleted is dropped, and what comes then is another's, whose
/// records begin where the log ended at the deletion.
/// </summary>
/// <param name="name">The topic.</param>
/// <param name="table">Loads its queues.</param>
/// <param name="bornAt">Records before this offset of the log are an earlier life's; 0 when there was none.</param>
/// <param name="isRenewed">Whether it was deleted in this process: what stands on the disk under its name is an earlier life's, and goes.</param>
internal sealed class TopicQueues(string name, QueueTable table, long bornAt, bool isRenewed)
{
    /// <summary>Most queues a topic can have.</summary>
    public const int MaxQueues = 65_536;

    private readonly Lock _growing = new();
    private static readonly HashSet<int> _none = [];
    private volatile bool _isDropped;
    private HashSet<int>? _idsAtStart;
    private QueueLayout? _layout;
    private ConsumeQueue?[] _queues = new ConsumeQueue?[4];

    public string Name { get; } = name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>Whether it is the topic delayed messages wait in: their tags code is the time they are due.</summary>
    public bool IsSchedule { get; } = name == table.Special.Schedule;

    /// <summary>Whether its one queue is a light one, listed in by messages of other topics.</summary>
    public bool IsLight { get; } = table.Special.IsLight(name);

    /// <summary>Whether its messages may name light queues.</summary>
    public bool MayNameLight { get; } = table.Special.MayNameLight(name);

    public QueueTable Table => table;

    /// <summary>Records before this offset of the log are not its own.</summary>
    public long BornAt { get; } = bornAt;

    /// <summary>Whether its queues have no files at first, whatever stands on the disk.</summary>
    public bool IsRenewed { get; } = isRenewed;

    /// <summary>Whether it is a topic still: one that was deleted is again with its first queue.</summary>
    public bool IsUsed => !IsRenewed || Known.Any();

    /// <summary>Ids of the queues that were there when the topic was first asked for. Reads the disk once.</summary>
    public IReadOnlySet<int> IdsAtStart => _idsAtStart ??= IsRenewed ? _none : table.IdsOf(Name);

    /// <summary>Whether a look at a queue that is not loaded has to read the disk.</summary>
    public bool MayBeOnDisk(int queueId) => !IsRenewed && _idsAtStart?.Contains(queueId) != false;

    /// <summary>
    /// Whether the topic was deleted or is loaded anew: nothing may be written to these queues any more. Set under the append lock, so that an append
    /// either has its record before the deletion or finds the next life.
    /// </summary>
    public bool IsDropped => _isDropped;

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

    /// <summary>How its queues are kept, once it has one: the type of a topic is fixed before its first message.</summary>
    public QueueLayout? Layout => Volatile.Read(ref _layout);

    public ConsumeQueue? FindLoaded(int queueId)
    {
        var queues = Volatile.Read(ref _queues);
        return (uint)queueId < (uint)queues.Length ? queues[queueId] : null;
    }

    public void Drop() => _isDropped = true;

    /// <summary>Closes the files, as before they are deleted. Not beside a round of the background writer.</summary>
    public void Close()
    {
        foreach (var queue in Known)
        {
            queue.Files.Close();
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
            _layout ??= table.LayoutOf(Name, IsRenewed);
            var queue = table.Load(this, queueId, _layout);
            if (IsLight && !IsUsed)
            {
                table.CountLight();
            }
            queues[queueId] = queue;
            Volatile.Write(ref _queues, queues);
            return queue;
        }
    }
}
