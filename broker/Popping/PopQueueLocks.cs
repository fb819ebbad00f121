using System.Collections.Concurrent;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// One pop at a time of a group's queue. A pop only tries: a queue that another pop is at, it passes over. Only what is short and does
/// not wait may be done under a lock. A lock that nobody is at is forgotten with the next collection, and its entry when many are.
/// </summary>
public sealed class PopQueueLocks
{
    /// <summary>After so many new ones the forgotten are cleared away.</summary>
    private const int SweepAfter = 16_384;

    private readonly ConcurrentDictionary<PopQueue, WeakReference<Lock>> _locks = new();
    private int _added;

    /// <summary>Entries, those of forgotten locks among them.</summary>
    public int Count => _locks.Count;

    /// <summary>The lock of a queue: the same for all who hold on to it at a time.</summary>
    public Lock Of(in PopQueue queue)
    {
        while (true)
        {
            if (!_locks.TryGetValue(queue, out var known))
            {
                var added = new Lock();
                if (_locks.TryAdd(queue, new WeakReference<Lock>(added)))
                {
                    SweepNowAndThen();
                    return added;
                }
            }
            else if (known.TryGetTarget(out var held))
            {
                return held;
            }
            else
            {
                var renewed = new Lock();
                if (_locks.TryUpdate(queue, new WeakReference<Lock>(renewed), known))
                {
                    return renewed;
                }
            }
        }
    }

    private void SweepNowAndThen()
    {
        if (Interlocked.Increment(ref _added) % SweepAfter != 0)
        {
            return;
        }

        foreach (var entry in _locks)
        {
            if (!entry.Value.TryGetTarget(out _))
            {
                _locks.TryRemove(entry);
            }
        }
    }
}
