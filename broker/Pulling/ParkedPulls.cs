using System.Collections.Concurrent;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>The parked pulls, by queue. A message that arrives wakes those of its queue whose filter it may pass.</summary>
internal sealed class ParkedPulls(int capacity, Func<long> maxBytes)
{
    private readonly ConcurrentDictionary<(string Topic, int QueueId), List<ParkedPull>> _queues = new();
    private int _count;
    private long _bytes;

    public int Count => Volatile.Read(ref _count);

    public int Capacity { get; } = capacity;

    /// <returns>False when the limit is reached; the pull is then answered at once.</returns>
    public bool TryAdd(ParkedPull pull)
    {
        if (Interlocked.Increment(ref _count) > Capacity | Interlocked.Add(ref _bytes, pull.Size) > maxBytes())
        {
            Taken(pull);
            return false;
        }

        var waiting = _queues.GetOrAdd((pull.Request.Topic, pull.Request.QueueId), static _ => []);
        lock (waiting)
        {
            waiting.Add(pull);
        }

        return true;
    }

    /// <summary>Takes one pull back, if nobody else has taken it since.</summary>
    public bool TryTake(ParkedPull pull)
    {
        if (!_queues.TryGetValue((pull.Request.Topic, pull.Request.QueueId), out var waiting))
        {
            return false;
        }

        lock (waiting)
        {
            return waiting.Remove(pull) && Taken(pull);
        }
    }

    /// <summary>Takes the pulls that a message concerns: their filters pass it.</summary>
    public List<ParkedPull>? TakeFor(in DispatchedRecord message)
    {
        if (Count == 0 || !_queues.TryGetValue((message.Topic, message.QueueId), out var waiting))
        {
            return null;
        }

        lock (waiting)
        {
            List<ParkedPull>? woken = null;
            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                var pull = waiting[i];
                if (pull.Waiter.IsGone || pull.Wants(message))
                {
                    waiting.RemoveAt(i);
                    Taken(pull);
                    (woken ??= []).Add(pull);
                }
            }

            return woken;
        }
    }

    /// <summary>Takes the pulls of one group at a queue.</summary>
    public List<ParkedPull> TakeOf(string group, string topic, int queueId)
    {
        if (!_queues.TryGetValue((topic, queueId), out var waiting))
        {
            return [];
        }

        lock (waiting)
        {
            var taken = waiting.FindAll(p => p.Request.Group == group);
            waiting.RemoveAll(p => p.Request.Group == group);
            taken.ForEach(pull => Taken(pull));
            return taken;
        }
    }

    /// <summary>Takes the pulls that have waited long enough.</summary>
    /// <param name="nextMs">When the next one will have; <see cref="long.MaxValue"/> when none is left.</param>
    public List<ParkedPull> TakeDue(long nowMs, out long nextMs)
    {
        var due = new List<ParkedPull>();
        nextMs = long.MaxValue;
        foreach (var (_, waiting) in _queues)
        {
            lock (waiting)
            {
                for (var i = waiting.Count - 1; i >= 0; i--)
                {
                    var pull = waiting[i];
                    if (pull.DeadlineMs <= nowMs || pull.Waiter.IsGone)
                    {
                        waiting.RemoveAt(i);
                        Taken(pull);
                        due.Add(pull);
                    }
                    else
                    {
                        nextMs = Math.Min(nextMs, pull.DeadlineMs);
                    }
                }
            }
        }

        return due;
    }

    private bool Taken(ParkedPull pull)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -pull.Size);
        return true;
    }
}
