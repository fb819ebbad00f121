using System.Collections.Concurrent;
using System.Globalization;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// What ordered pops took of each queue, kept in <c>config/consumerOrderInfo.json</c>. They have no checkpoints: the group's offset
/// stays until the messages are acknowledged, and when their time is over they are popped again from there.
/// </summary>
public sealed class OrderedPops : IDisposable
{
    /// <summary>A queue nobody consumed for so long is forgotten.</summary>
    private const long ForgetAfterMs = 24 * 3600 * 1000;

    /// <summary>A timer may run a little early, and would find the queue still kept.</summary>
    private const long TimerSlackMs = 2;

    private readonly JournalledFile _file;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<PopQueue, OrderInfo> _queues = new();

    /// <summary>What has changed since it was journalled.</summary>
    private readonly ConcurrentDictionary<PopQueue, bool> _changed = new();
    private readonly ConcurrentDictionary<PopQueue, ITimer> _timers = new();

    public OrderedPops(JournalledFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
        file.Load(
            static json => RemotingJson.Deserialize<OrderInfoTable>(json.Span), Fill, Apply,
            () => new ValueTask<byte[]?>(RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty)), JournalledFile.PeriodOfPositions);
        _changed.Clear();
    }

    /// <summary>Raised when a queue that was kept may be popped again, because time is over or all is acknowledged.</summary>
    public event Action<PopQueue>? Freed;

    /// <summary>Whether messages of an earlier pop keep the queue.</summary>
    public bool IsKept(in PopQueue queue, string? attemptId, long invisibleTimeMs) =>
        _queues.TryGetValue(queue, out var last)
        && !(last.AttemptId is not null && last.AttemptId == attemptId)
        && last.HiddenUntilMs(NowMs, invisibleTimeMs) is not null;

    /// <summary>Whether there is no room for what a pop of one more queue has to remember.</summary>
    public bool IsFull(in PopQueue queue, int capacity) => _queues.Count >= capacity && !_queues.ContainsKey(queue);

    /// <summary>Notes a pop.</summary>
    /// <returns>How often each of its messages was popped before; those never popped before are left out.</returns>
    public IReadOnlyDictionary<long, int> Keep(
        in PopQueue queue, string? attemptId, long popTimeMs, long invisibleTimeMs, IReadOnlyList<long> offsets)
    {
        var last = _queues.GetValueOrDefault(queue);
        var counts = last is null ? null
            : last.AttemptId is not null && last.AttemptId == attemptId ? last.PoppedBefore
            : last.CountsFor(offsets);
        Put(queue, new OrderInfo
        {
            AttemptId = attemptId,
            PopTimeMs = popTimeMs,
            InvisibleTimeMs = invisibleTimeMs,
            Offsets = OrderInfo.ToDistances(offsets),
            PoppedBefore = counts,
            LastConsumeMs = NowMs,
        });
        return counts ?? [];
    }

    /// <summary>Acknowledges one message. Call it under the queue's lock.</summary>
    public OrderedAck Acknowledge(in PopQueue queue, long offset, long popTimeMs, out long nextOffset)
    {
        nextOffset = offset + 1;
        if (!_queues.TryGetValue(queue, out var last))
        {
            return OrderedAck.Moved;
        }

        if (last.Offsets.Count > 0 && last.PopTimeMs != popTimeMs)
        {
            return OrderedAck.Outdated;
        }

        var index = last.Offsets.Count > 0 ? last.IndexOf(offset) : -1;
        if (index < 0)
        {
            return OrderedAck.Unknown;
        }

        last = last with { AckedBits = last.AckedBits | (1L << index) };
        nextOffset = last.NextOffset;
        Put(queue, last);
        return OrderedAck.Moved;
    }

    /// <summary>Raises <see cref="Freed"/> if nothing keeps the queue any more. Call it outside the queue's lock.</summary>
    public void TellIfFree(in PopQueue queue)
    {
        if (!IsKept(queue, null, 0))
        {
            Freed?.Invoke(queue);
        }
    }

    /// <summary>Changes when one message is visible again. Call it under the queue's lock.</summary>
    public void ChangeVisibleAt(in PopQueue queue, long offset, long popTimeMs, long visibleAtMs)
    {
        if (_queues.TryGetValue(queue, out var last) && last.PopTimeMs == popTimeMs)
        {
            Put(queue, last with { VisibleAtMs = new Dictionary<long, long>(last.VisibleAtMs ?? []) { [offset] = visibleAtMs } });
        }
    }

    /// <summary>Forgets a queue: its offset was reset.</summary>
    public void Forget(in PopQueue queue)
    {
        if (_queues.TryRemove(queue, out _))
        {
            _changed[queue] = true;
        }

        if (_timers.TryRemove(queue, out var timer))
        {
            timer.Dispose();
        }
    }

    /// <summary>Journals what has changed, and forgets what has lost its topic or group or was not used for a day. One caller at a time.</summary>
    public void Persist(TopicTable topics, SubscriptionGroups groups)
    {
        foreach (var (queue, last) in _queues)
        {
            if (topics.Get(queue.Topic) is not { } topic || queue.QueueId >= topic.ReadQueueNums || !groups.Contains(queue.Group)
                || NowMs - last.LastConsumeMs > ForgetAfterMs)
            {
                Forget(queue);
            }
        }

        foreach (var queue in _file.CanSave ? _changed.Keys : [])
        {
            _changed.TryRemove(queue, out _);
            var key = $"{queue.QueueId}@{new TopicGroup(queue.Topic, queue.Group)}";
            _ = _queues.TryGetValue(queue, out var last) ? _file.Put(key, last) : _file.Remove(key);
        }
    }

    public OrderInfoTable Snapshot()
    {
        var snapshot = new OrderInfoTable();
        foreach (var (queue, last) in _queues)
        {
            var key = new TopicGroup(queue.Topic, queue.Group).ToString();
            if (!snapshot.Table.TryGetValue(key, out var queues))
            {
                snapshot.Table[key] = queues = [];
            }

            queues[queue.QueueId] = last;
        }

        return snapshot;
    }

    public void Dispose()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Dispose();
        }
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Put(in PopQueue queue, OrderInfo info)
    {
        _queues[queue] = info;
        _changed[queue] = true;
        var hiddenUntil = info.HiddenUntilMs(NowMs, 0);
        var due = hiddenUntil is { } until
            ? TimeSpan.FromMilliseconds(Math.Clamp(until - NowMs + TimerSlackMs, 0, int.MaxValue))
            : Timeout.InfiniteTimeSpan;
        _timers.GetOrAdd(queue, static (key, self) => self.NewTimer(key), this).Change(due, Timeout.InfiniteTimeSpan);
    }

    private ITimer NewTimer(PopQueue queue) =>
        _time.CreateTimer(_ => Freed?.Invoke(queue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void Fill(OrderInfoTable? stored)
    {
        foreach (var (key, queues) in stored?.Table ?? [])
        {
            foreach (var (queueId, info) in queues)
            {
                Load(key, queueId, info);
            }
        }
    }

    /// <summary>A change that the file does not hold yet.</summary>
    private void Apply(string key, ReadOnlyMemory<byte>? info)
    {
        var at = key.IndexOf('@', StringComparison.Ordinal);
        if (!int.TryParse(key.AsSpan(0, Math.Max(0, at)), NumberStyles.None, CultureInfo.InvariantCulture, out var queueId))
        {
            return;
        }

        if (info is { } changed)
        {
            Load(key[(at + 1)..], queueId, RemotingJson.Deserialize<OrderInfo>(changed.Span));
        }
        else if (TopicGroup.TryParse(key[(at + 1)..], out var pair))
        {
            Forget(new PopQueue(pair.Topic, pair.Group, queueId));
        }
    }

    private void Load(string key, int queueId, OrderInfo info)
    {
        if (TopicGroup.TryParse(key, out var pair) && info.Offsets.Count is > 0 and <= OrderInfo.MaxMessages)
        {
            Put(new PopQueue(pair.Topic, pair.Group, queueId), info);
        }
    }
}
