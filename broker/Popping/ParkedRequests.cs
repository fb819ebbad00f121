using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Waking;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Requests that wait for messages of a queue, or of any queue of a topic. A message wakes one of each group: the one whose time is
/// over first. Messages in the group's retry topics count as the topic's. The <see cref="WakeStage"/> answers those that are woken.
/// </summary>
internal sealed class ParkedRequests : IDisposable
{
    private const int ForgetWatchersFrom = 65_536;

    private readonly BrokerOptions _options;
    private readonly MessageStore _store;
    private readonly TimeProvider _time;
    private readonly WakeStage _wakes;
    private readonly ConcurrentDictionary<PopQueue, LinkedList<ParkedRequest>> _waiting = new();

    /// <summary>By the topic of an arriving message: who may wait for it. Entries stay until they are many; then those go for whom nobody waits.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<TopicGroup, bool>> _watchers = new(StringComparer.Ordinal);
    private readonly Lock _watchLock = new();
    private int _watcherCount;
    private int _forgetAt = ForgetWatchersFrom;
    private int _count;
    private long _bytes;

    public ParkedRequests(BrokerOptions options, MessageStore store, WakeStage wakes, TimeProvider time)
    {
        _options = options;
        _store = store;
        _time = time;
        _wakes = wakes;
        store.MessageArrived += OnMessageArrived;
    }

    public int Count => Volatile.Read(ref _count);

    public int CountOf(in PopQueue queue)
    {
        if (!_waiting.TryGetValue(queue, out var list))
        {
            return 0;
        }

        lock (list)
        {
            return list.Count;
        }
    }

    public ParkOutcome Park(ParkedRequest request)
    {
        var wait = TimeSpan.FromMilliseconds(request.DeadlineMs - _time.GetUtcNow().ToUnixTimeMilliseconds());
        if (wait <= TimeSpan.Zero)
        {
            return ParkOutcome.Over;
        }

        Watch(request.Queue.Topic, request.Queue.Group);
        if (Interlocked.Increment(ref _count) > _options.MaxPopPollingSize | Interlocked.Add(ref _bytes, request.Size) > _options.MaxParkedPopSize)
        {
            return Full(request);
        }

        while (true)
        {
            var list = _waiting.GetOrAdd(request.Queue, static _ => new LinkedList<ParkedRequest>());
            lock (list)
            {
                if (_waiting.GetValueOrDefault(request.Queue) != list)
                {
                    // The last that waited took the list with it.
                    continue;
                }

                if (list.Count > _options.PopPollingSize)
                {
                    return Full(request);
                }

                request.Node = Insert(list, request);
                request.Timer = _time.CreateTimer(_ => Expire(request), null, Shortened(wait), Timeout.InfiniteTimeSpan);
            }

            // Once more: it may have been forgotten before anybody waited.
            Watch(request.Queue.Topic, request.Queue.Group);
            return ParkOutcome.Parked;
        }
    }

    /// <summary>Wakes one that waits for the same as a request just parked, if there is news: it came between the last look and the parking.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hasNews">Looks for it. Where it fails so does the request, unless somebody has it already, who answers it.</param>
    public void WakeForNews(ParkedRequest request, Func<bool> hasNews)
    {
        try
        {
            if (hasNews())
            {
                Wake(request.Queue);
            }
        }
        catch (Exception) when (!TryTake(request))
        {
            // Answered once.
        }
    }

    /// <summary>Wakes one request that waits for this queue, −1 being all queues.</summary>
    public bool Wake(in PopQueue queue)
    {
        if (Count == 0 || !_waiting.TryGetValue(queue, out var list))
        {
            return false;
        }

        lock (list)
        {
            for (var node = list.First; node is not null; node = list.First)
            {
                if (WakeAt(list, node))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void Dispose()
    {
        _store.MessageArrived -= OnMessageArrived;
        foreach (var list in _waiting.Values)
        {
            lock (list)
            {
                while (list.First is { } node)
                {
                    Take(list, node);
                }
            }
        }
    }

    private ParkOutcome Full(ParkedRequest request)
    {
        Uncount(request);
        return ParkOutcome.Full;
    }

    private void Uncount(ParkedRequest request)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -request.Size);
    }

    private static LinkedListNode<ParkedRequest> Insert(LinkedList<ParkedRequest> list, ParkedRequest request)
    {
        var before = list.Last;
        while (before is not null && before.Value.DeadlineMs > request.DeadlineMs)
        {
            before = before.Previous;
        }

        return before is null ? list.AddFirst(request) : list.AddAfter(before, request);
    }

    private static TimeSpan Shortened(TimeSpan wait) => wait.TotalMilliseconds > int.MaxValue ? TimeSpan.FromMilliseconds(int.MaxValue) : wait;

    private void Watch(string topic, string group)
    {
        var watcher = new TopicGroup(topic, group);
        if (_watchers.TryGetValue(topic, out var known) && known.ContainsKey(watcher))
        {
            return;
        }

        lock (_watchLock)
        {
            if (_watcherCount >= _forgetAt)
            {
                ForgetIdleWatchers();
            }

            foreach (var watched in (string[])[topic, PopTopics.RetryV1(topic, group), PopTopics.RetryV2(topic, group)])
            {
                if (_watchers.GetOrAdd(watched, static _ => new ConcurrentDictionary<TopicGroup, bool>()).TryAdd(watcher, true))
                {
                    _watcherCount++;
                }
            }
        }
    }

    /// <summary>Called under the lock that watchers are added under: who waits by now stays, and who parks meanwhile is added behind it.</summary>
    private void ForgetIdleWatchers()
    {
        var waiting = _waiting.Keys.Select(queue => new TopicGroup(queue.Topic, queue.Group)).ToHashSet();
        foreach (var (topic, watchers) in _watchers)
        {
            foreach (var watcher in watchers.Keys.Where(watcher => !waiting.Contains(watcher)))
            {
                _watcherCount -= watchers.TryRemove(watcher, out _) ? 1 : 0;
            }

            if (watchers.IsEmpty)
            {
                _watchers.TryRemove(topic, out _);
            }
        }

        _forgetAt = Math.Max(ForgetWatchersFrom, 2 * _watcherCount);
    }

    private void OnMessageArrived(in DispatchedRecord record)
    {
        if (Count == 0 || !record.IsQueued || !_watchers.TryGetValue(record.Topic, out var watchers))
        {
            return;
        }

        // Now and then one is woken though its filter passes nothing, so that its group's offset does not stay behind.
        var isForced = _options.PopLongPollingForceNotifyInterval > 0 && record.QueueOffset % _options.PopLongPollingForceNotifyInterval == 0;
        foreach (var (watcher, _) in watchers)
        {
            WakeFor(new PopQueue(watcher.Topic, watcher.Group, -1), record, isForced);
            WakeFor(new PopQueue(watcher.Topic, watcher.Group, record.QueueId), record, isForced);
        }
    }

    private void WakeFor(in PopQueue queue, in DispatchedRecord record, bool isForced)
    {
        if (!_waiting.TryGetValue(queue, out var list))
        {
            return;
        }

        lock (list)
        {
            for (var node = list.First; node is not null;)
            {
                var next = node.Next;
                if ((isForced || Wants(node.Value.Filter, record) || node.Value.IsGone) && WakeAt(list, node))
                {
                    return;
                }

                node = next;
            }
        }
    }

    /// <returns>False when its client is gone; it is then forgotten.</returns>
    private bool WakeAt(LinkedList<ParkedRequest> list, LinkedListNode<ParkedRequest> node)
    {
        var request = Take(list, node);
        if (request.IsGone)
        {
            return false;
        }

        _wakes.Wake(request);
        return true;
    }

    /// <summary>A filter that can't tell says yes: the look itself then tells why.</summary>
    private static bool Wants(PullFilter? filter, in DispatchedRecord record)
    {
        try
        {
            return filter is null || (filter.MatchesTagsCode(record.TagsCode) && filter.MatchesRecord(record.Record));
        }
        catch (Exception)
        {
            return true;
        }
    }

    private void Expire(ParkedRequest request)
    {
        if (TryTake(request))
        {
            _wakes.Wake(request);
        }
    }

    /// <summary>Takes one request back, if nobody else has taken it since.</summary>
    private bool TryTake(ParkedRequest request)
    {
        if (!_waiting.TryGetValue(request.Queue, out var list))
        {
            return false;
        }

        lock (list)
        {
            if (request.Node is not { } node)
            {
                return false;
            }

            Take(list, node);
            return true;
        }
    }

    private ParkedRequest Take(LinkedList<ParkedRequest> list, LinkedListNode<ParkedRequest> node)
    {
        var request = node.Value;
        list.Remove(node);
        if (list.Count == 0)
        {
            _waiting.TryRemove(KeyValuePair.Create(request.Queue, list));
        }

        request.Node = null;
        request.Timer?.Dispose();
        Uncount(request);
        return request;
    }
}
