using System.Collections.Concurrent;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Ordering;

/// <summary>
/// Which client of a group may consume a queue in order. A lock is taken anew every 20 s by its client and expires after
/// <see cref="LifetimeMs"/>. Locks live in memory: after a restart every client takes its own again.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lifetimeMs">How long a lock holds that is not renewed.</param>
/// <param name="capacity">Most locks at once.</param>
public sealed class QueueLocks(TimeProvider time, long lifetimeMs = QueueLocks.LifetimeMs, Func<int>? capacity = null)
{
    public const long LifetimeMs = 60_000;

    private readonly ConcurrentDictionary<string, Dictionary<MessageQueue, Holder>> _groups = new(StringComparer.Ordinal);

    private int _count;

    /// <summary>Locks that are remembered, expired ones among them until they are swept.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Who holds a queue, and since when its last renewal counts, ms since 1970.</summary>
    public readonly record struct Holder(string ClientId, long LastUpdateMs);

    /// <summary>Takes or renews the locks that are free, expired or the client's own.</summary>
    /// <param name="group">The group.</param>
    /// <param name="clientId">Its member.</param>
    /// <param name="queues">The queues it asks for.</param>
    /// <param name="isFull">Whether one was not locked because there are as many locks as there may be.</param>
    /// <returns>The queues the client now holds.</returns>
    public List<MessageQueue> Lock(string group, string clientId, IEnumerable<MessageQueue> queues, out bool isFull)
    {
        var held = new List<MessageQueue>();
        isFull = false;
        while (true)
        {
            var locks = _groups.GetOrAdd(group, static _ => []);
            lock (locks)
            {
                if (!_groups.TryGetValue(group, out var current) || current != locks)
                {
                    // Swept in between.
                    continue;
                }

                var now = Now();
                foreach (var queue in queues)
                {
                    var isKnown = locks.TryGetValue(queue, out var holder);
                    if (isKnown && holder.ClientId != clientId && !IsExpired(holder, now))
                    {
                        continue;
                    }

                    if (!isKnown && !TryCount())
                    {
                        isFull = true;
                        continue;
                    }

                    locks[queue] = new Holder(clientId, now);
                    held.Add(queue);
                }

                if (locks.Count == 0)
                {
                    _groups.TryRemove(KeyValuePair.Create(group, locks));
                }

                return held;
            }
        }
    }

    /// <summary>Forgets the locks that have expired.</summary>
    public void Sweep()
    {
        foreach (var (group, locks) in _groups)
        {
            lock (locks)
            {
                var now = Now();
                foreach (var queue in locks.Where(l => IsExpired(l.Value, now)).Select(l => l.Key).ToList())
                {
                    Forget(locks, queue);
                }

                if (locks.Count == 0)
                {
                    _groups.TryRemove(KeyValuePair.Create(group, locks));
                }
            }
        }
    }

    /// <summary>Gives up the locks that are the client's.</summary>
    public void Unlock(string group, string clientId, IEnumerable<MessageQueue> queues)
    {
        if (!_groups.TryGetValue(group, out var locks))
        {
            return;
        }

        lock (locks)
        {
            foreach (var queue in queues)
            {
                if (locks.TryGetValue(queue, out var holder) && holder.ClientId == clientId)
                {
                    Forget(locks, queue);
                }
            }
        }
    }

    /// <summary>Whether any member of the group holds an unexpired lock: such a group consumes in order.</summary>
    public bool IsHeldBy(string group)
    {
        if (!_groups.TryGetValue(group, out var locks))
        {
            return false;
        }

        lock (locks)
        {
            var now = Now();
            return locks.Values.Any(h => !IsExpired(h, now));
        }
    }

    /// <summary>The holder of a queue, if it is locked now.</summary>
    public Holder? HolderOf(string group, MessageQueue queue)
    {
        if (!_groups.TryGetValue(group, out var locks))
        {
            return null;
        }

        lock (locks)
        {
            return locks.TryGetValue(queue, out var holder) && !IsExpired(holder, Now()) ? holder : null;
        }
    }

    private bool TryCount()
    {
        if (Interlocked.Increment(ref _count) <= (capacity?.Invoke() ?? int.MaxValue))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    private void Forget(Dictionary<MessageQueue, Holder> locks, MessageQueue queue)
    {
        locks.Remove(queue);
        Interlocked.Decrement(ref _count);
    }

    private bool IsExpired(Holder holder, long nowMs) => nowMs - holder.LastUpdateMs > lifetimeMs;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
