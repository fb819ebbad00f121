using System.Collections.Concurrent;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>A topic between its creation and its deletion. Who sends and who deletes are different people: they agree by its lock what came first.</summary>
internal sealed class TopicLife(string topic, int number, int queues)
{
    private readonly Lock _lock = new();

    internal enum Stage
    {
        /// <summary>Asked for, not answered.</summary>
        Conceived,
        Living,

        /// <summary>Its deletion is asked for, not answered.</summary>
        Dying,
        Dead,
    }

    public string Topic => topic;

    /// <summary>Of the lives of its name, from 1 on.</summary>
    public int Number => number;

    public int Queues => queues;

    public Stage At { get; private set; }

    /// <summary>What was stored before anybody asked for its deletion: it dies with it.</summary>
    public ConcurrentDictionary<string, Ledger.Entry> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>The furthest offset a group committed in it.</summary>
    public long Committed { get; set; }

    /// <summary>False when a deletion was begun and not finished: then it is there, but what it held may not be.</summary>
    public bool IsWhole { get; private set; } = true;

    public void Enter(Stage stage)
    {
        lock (_lock)
        {
            IsWhole &= !(At == Stage.Dying && stage == Stage.Living);
            At = stage;
        }
    }

    /// <summary>A message is acknowledged: it counts if nobody asked for the topic's deletion meanwhile.</summary>
    public bool TryAcknowledge(Ledger.Entry message)
    {
        lock (_lock)
        {
            return At == Stage.Living && Messages.TryAdd(message.Id, message);
        }
    }
}
