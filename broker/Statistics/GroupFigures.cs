using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Statistics;

/// <summary>What a group did with a topic.</summary>
public sealed class GroupFigures
{
    private readonly Lock _behindLock = new();
    private GroupBacklog?[] _behind = [];

    internal GroupFigures(TopicGroup key, long nowMs)
    {
        (Topic, Group) = key;
        IsSystem = SystemTopics.IsSystem(key.Topic);
        Messages = new Counter(nowMs);
        Bytes = new Counter(nowMs);
        GetLatencyUs = new Counter(nowMs);
        CheckPoints = new Counter(nowMs);
        Acknowledged = new Counter(nowMs);
        SentBack = new Counter(nowMs);
        DeadLetters = new Counter(nowMs);
    }

    public string Topic { get; }

    public string Group { get; }

    /// <summary>Whether the topic is the broker's own.</summary>
    public bool IsSystem { get; }

    /// <summary>Messages pulled or popped; <see cref="Counter.Times"/> counts the requests that found some.</summary>
    public Counter Messages { get; }

    /// <summary>Bytes of their records.</summary>
    public Counter Bytes { get; }

    /// <summary>How long the pulls that found some took, without the time they were parked, µs.</summary>
    public Counter GetLatencyUs { get; }

    /// <summary>Checkpoints of pops.</summary>
    public Counter CheckPoints { get; }

    /// <summary>Popped messages acknowledged.</summary>
    public Counter Acknowledged { get; }

    /// <summary>Messages sent back to be retried.</summary>
    public Counter SentBack { get; }

    /// <summary>Messages given up.</summary>
    public Counter DeadLetters { get; }

    /// <summary>How far behind the group was in a queue when it last got messages; null when it got none.</summary>
    public GroupBacklog? BehindIn(int queueId)
    {
        var behind = Volatile.Read(ref _behind);
        return (uint)queueId < (uint)behind.Length ? behind[queueId] : null;
    }

    /// <summary>Notes what a pull or pop found. From any thread.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="found">The messages, not yet disposed.</param>
    /// <param name="logEnd">The log's end.</param>
    /// <param name="nowMs">Now, in ms since 1970.</param>
    internal void Got(int queueId, GetResult found, long logEnd, long nowMs)
    {
        Messages.Add(found.Messages);
        Bytes.Add(found.TotalBytes);
        var last = found.Count - 1;
        if (last >= 0 && MessageRecord.TryRead(found[last], out var record) == RecordReadStatus.Ok)
        {
            Backlog(queueId).Set(logEnd - found.PhysicalOffsetAt(last), nowMs - record.StoreTimestamp);
        }
    }

    internal void TakeSample(CounterSpan span, long nowMs)
    {
        Messages.TakeSample(span, nowMs);
        Bytes.TakeSample(span, nowMs);
        GetLatencyUs.TakeSample(span, nowMs);
        CheckPoints.TakeSample(span, nowMs);
        Acknowledged.TakeSample(span, nowMs);
        SentBack.TakeSample(span, nowMs);
        DeadLetters.TakeSample(span, nowMs);
    }

    private GroupBacklog Backlog(int queueId)
    {
        if (BehindIn(queueId) is { } known)
        {
            return known;
        }

        lock (_behindLock)
        {
            var behind = _behind;
            if (queueId >= behind.Length)
            {
                Array.Resize(ref behind, queueId + 1);
            }

            var added = behind[queueId] ??= new GroupBacklog();
            Volatile.Write(ref _behind, behind);
            return added;
        }
    }
}
