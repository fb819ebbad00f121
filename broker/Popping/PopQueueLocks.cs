using System.Collections.Concurrent;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// One pop at a time of a group's queue. A pop only tries: a queue that another pop is at, it passes over. Only what is short and does
/// not wait may be done under a lock. There are as many locks as queues that groups have popped.
/// </summary>
public sealed class PopQueueLocks
{
    private readonly ConcurrentDictionary<PopQueue, Lock> _locks = new();

    public Lock Of(in PopQueue queue) => _locks.GetOrAdd(queue, static _ => new Lock());
}
