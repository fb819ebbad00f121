using System.Collections.Concurrent;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Ordering;

/// <summary>
/// Which client of a group may consume a queue in order. A lock is taken anew every 20 s by its client and expires after
/// <see cref="LifetimeMs"/>. Locks live in memory: after a restart every client takes its own again.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lifetimeMs">How long a lock holds that is not renewed.</param>
public sealed class QueueLocks(TimeProvider time, long lifetimeMs = QueueLocks.LifetimeMs)
{
    public const long LifetimeMs = 60_000;

    private readonly ConcurrentDictionary<string, Dictionary<MessageQueue, Holder>> _groups = new(StringComparer.Ordinal);

    /// <summary>Who holds a queue, and since when its last renewal counts, ms since 1970.</summary>
    public readonly record struct Holder(string ClientId, long LastUpdateMs);

    /// <summary>Takes or renews the locks that are free, expired or the client's own.</summary>
    /// <returns>The queues the client now holds.</returns>
    public List<MessageQueue> Lock(string group, string clientId, IEnumerable<MessageQueue> queues)
    {
        var held = new List<MessageQueue>();
        var locks = _groups.GetOrAdd(group, static _ => []);
        lock (locks)
        {
            var now = Now();
            foreach (var queue in queues)
            {
                if (!locks.TryGetValue(queue, out var holder) || holder.ClientId == clientId || IsExpired(holder, now))
                {
                    locks[queue] = new Holder(clientId, now);
                    held.Add(queue);
                }
            }
        }

        return held;
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
                    locks.Remove(queue);
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

    private bool IsExpired(Holder holder, long nowMs) => nowMs - holder.LastUpdateMs > lifetimeMs;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
