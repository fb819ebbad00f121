using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>
/// Takes over how far groups, delays and timers are at the master, once this broker's log has what that speaks of: a slave that becomes master repeats, and
/// passes nothing over. No offset is taken beyond the end of the queue as it is here; what the master said is kept, for the queue may come.
/// </summary>
internal sealed class PositionFollower(
    ConsumerOffsets offsets, TopicTable topics, SubscriptionGroups groups, DelayedDelivery delays, TimerStore? timers, MessageStore store)
{
    /// <summary>What the master said of queues that do not reach so far here.</summary>
    private readonly Dictionary<(TopicGroup Pair, int QueueId), long> _said = [];

    /// <summary>Another master is followed.</summary>
    public void Forget() => _said.Clear();

    public void Follow(MasterTables tables)
    {
        if (tables.Offsets is { } theirs)
        {
            if (!tables.AreOffsetsPart)
            {
                _said.Clear();
            }

            var named = new HashSet<TopicGroup>();
            foreach (var (key, queues) in theirs.OffsetTable)
            {
                Take(key, queues, named);
            }

            foreach (var (key, offset) in theirs.LmqOffsetTable)
            {
                Take(key, [KeyValuePair.Create(0, offset)], named);
            }

            if (!tables.AreOffsetsPart)
            {
                RemoveUnnamed(named);
            }
        }

        foreach (var ((pair, queueId), offset) in _said.ToList())
        {
            Take(pair, queueId, offset);
        }

        if (tables.Delays is { } levels)
        {
            delays.Follow(levels.OffsetTable);
        }

        if (tables.Timers is { } checkpoint)
        {
            timers?.Follow(checkpoint);
        }
    }

    private void Take(string key, IEnumerable<KeyValuePair<int, long>> queues, HashSet<TopicGroup> named)
    {
        if (!TopicGroup.TryParse(key, out var pair) || !topics.TryGet(pair.Topic, out _) || !NameRule.IsLegal(NameKind.Group, pair.Group))
        {
            return;
        }

        named.Add(pair);
        foreach (var (queueId, offset) in queues.Where(queue => queue is { Key: >= 0 and < TopicChanges.MaxQueues, Value: >= 0 }))
        {
            Take(pair, queueId, offset);
        }
    }

    private void Take(in TopicGroup pair, int queueId, long said)
    {
        var offset = Math.Min(said, store.MaxOffset(pair.Topic, queueId));
        if (offset < said)
        {
            _said[(pair, queueId)] = said;
        }
        else
        {
            _said.Remove((pair, queueId));
        }

        if (offsets.Query(pair.Group, pair.Topic, queueId) != offset)
        {
            offsets.Commit(pair.Group, pair.Topic, queueId, offset);
        }
    }

    /// <summary>A group that the master has neither offsets nor a configuration of was deleted there. What others have committed here stays: the master may not know it yet.</summary>
    private void RemoveUnnamed(HashSet<TopicGroup> named)
    {
        foreach (var (topic, group) in offsets.Pairs.ToList())
        {
            if (!named.Contains(new TopicGroup(topic, group)) && !groups.Contains(group) && !SystemTopics.IsSystemGroup(group))
            {
                offsets.Remove(group, topic);
            }
        }
    }
}
