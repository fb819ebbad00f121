using System.Collections.Concurrent;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Offsets;

/// <summary>
/// How far each group has consumed each queue: the next offset to read, kept in <c>config/consumerOffset.json</c>. Reset offsets wait
/// beside them until the group's next pull takes them.
/// </summary>
public sealed class ConsumerOffsets
{
    /// <summary>What <see cref="Query"/> answers for a queue the group never committed.</summary>
    public const long NotFound = -1;

    private readonly ConfigFile _file;
    private readonly Func<ValueTask<bool>> _untilSafe;
    private readonly ConcurrentDictionary<TopicGroup, ConcurrentDictionary<int, long>> _committed = new();
    private readonly ConcurrentDictionary<TopicGroup, ConcurrentDictionary<int, long>> _pulled = new();
    private readonly ConcurrentDictionary<TopicGroup, ConcurrentDictionary<int, long>> _resets = new();
    private readonly bool _hasLightGroups;
    private int _count;
    private DataVersion _version = new();

    /// <param name="file"><c>consumerOffset.json</c>.</param>
    /// <param name="lightFile">
    /// <c>lmqConsumerOffset.json</c> where light queues are enabled: it then holds all offsets, and the other file is only read once.
    /// </param>
    /// <param name="untilSafe">Waits for all that is in the log when it is called; false when that can't be had now.</param>
    public ConsumerOffsets(ConfigFile file, ConfigFile? lightFile, Func<ValueTask<bool>> untilSafe)
    {
        _untilSafe = untilSafe;
        _file = lightFile ?? file;
        _hasLightGroups = lightFile is not null;
        Load(Read(_file) ?? Read(file));
    }

    /// <summary>Raised after a queue of a group was reset; who waits for messages of it should look again.</summary>
    public event Action<TopicGroup, int>? WasReset;

    public long Query(string group, string topic, int queueId) => Get(_committed, new TopicGroup(topic, group), queueId);

    /// <summary>How far the group has pulled, which is ahead of what it committed by what it works on.</summary>
    public long QueryPulled(string group, string topic, int queueId) => Get(_pulled, new TopicGroup(topic, group), queueId);

    /// <summary>Whether a queue's offset can be kept: it is already, or there are not as many as there may be, pulled ones and resets among them.</summary>
    public bool HasRoomFor(string group, string topic, int queueId, int capacity) =>
        Volatile.Read(ref _count) < capacity || Query(group, topic, queueId) != NotFound;

    public void Commit(string group, string topic, int queueId, long offset) =>
        Set(_committed, new TopicGroup(topic, group), queueId, offset);

    public void CommitPulled(string group, string topic, int queueId, long offset) =>
        Set(_pulled, new TopicGroup(topic, group), queueId, offset);

    /// <summary>Moves the group: the next pull of the queue is told to go on from here.</summary>
    public void Reset(string group, string topic, int queueId, long offset)
    {
        var key = new TopicGroup(topic, group);
        Set(_resets, key, queueId, offset);
        Set(_committed, key, queueId, offset);
        WasReset?.Invoke(key, queueId);
    }

    public bool HasReset(string group, string topic, int queueId) =>
        !_resets.IsEmpty && _resets.TryGetValue(new TopicGroup(topic, group), out var queues) && queues.ContainsKey(queueId);

    /// <summary>Takes the waiting reset of a queue, once.</summary>
    public bool TryTakeReset(string group, string topic, int queueId, out long offset)
    {
        offset = NotFound;
        if (_resets.IsEmpty || !_resets.TryGetValue(new TopicGroup(topic, group), out var queues) || !queues.TryRemove(queueId, out offset))
        {
            return false;
        }

        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>Offsets of all queues of a topic that the group has committed.</summary>
    public IReadOnlyDictionary<int, long> QueryAll(string group, string topic) =>
        _committed.TryGetValue(new TopicGroup(topic, group), out var queues) ? queues : new Dictionary<int, long>();

    public IEnumerable<string> TopicsOf(string group) => _committed.Keys.Where(k => k.Group == group).Select(k => k.Topic);

    public IEnumerable<string> GroupsOf(string topic) => _committed.Keys.Where(k => k.Topic == topic).Select(k => k.Group);

    /// <summary>Every topic and group with a committed offset.</summary>
    public IEnumerable<(string Topic, string Group)> Pairs => _committed.Keys.Select(k => (k.Topic, k.Group));

    /// <summary>Lets a group stand where another does in a topic; nothing happens where that one has no offsets.</summary>
    public void Clone(string fromGroup, string toGroup, string topic)
    {
        if (_committed.TryGetValue(new TopicGroup(topic, fromGroup), out var queues))
        {
            _committed[new TopicGroup(topic, toGroup)] = new ConcurrentDictionary<int, long>(queues);
            Recount();
        }
    }

    public void RemoveGroup(string group) => RemoveWhere(k => k.Group == group);

    public void RemoveTopic(string topic) => RemoveWhere(k => k.Topic == topic);

    public void Remove(string group, string topic) => RemoveWhere(k => k.Group == group && k.Topic == topic);

    /// <summary>What <c>consumerOffset.json</c> and GET_ALL_CONSUMER_OFFSET hold.</summary>
    public ConsumerOffsetSerializeWrapper Snapshot()
    {
        var table = new Dictionary<string, Dictionary<int, long>>();
        var lightTable = new Dictionary<string, long>();
        foreach (var (key, queues) in _committed)
        {
            if (_hasLightGroups && SystemTopics.IsLmq(key.Group))
            {
                lightTable[key.ToString()] = queues.GetValueOrDefault(0);
            }
            else
            {
                table[key.ToString()] = new Dictionary<int, long>(queues);
            }
        }

        return _hasLightGroups
            ? new LmqConsumerOffsetSerializeWrapper { DataVersion = _version, OffsetTable = table, LmqOffsetTable = lightTable }
            : new ConsumerOffsetSerializeWrapper { DataVersion = _version, OffsetTable = table };
    }

    /// <summary>
    /// Writes the offsets once what they rest on is safe: a group that has popped must not be known to have done so while the record
    /// that hides what it got can still be lost.
    /// </summary>
    public async ValueTask PersistAsync()
    {
        var content = Serialize();
        if (await _untilSafe().ConfigureAwait(false))
        {
            _file.Save(content);
        }
    }

    private byte[] Serialize() => RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty);

    private static long Get(ConcurrentDictionary<TopicGroup, ConcurrentDictionary<int, long>> table, TopicGroup key, int queueId) =>
        table.TryGetValue(key, out var queues) && queues.TryGetValue(queueId, out var offset) ? offset : NotFound;

    private void Set(
        ConcurrentDictionary<TopicGroup, ConcurrentDictionary<int, long>> table, TopicGroup key, int queueId, long offset)
    {
        var queues = table.GetOrAdd(key, static _ => new ConcurrentDictionary<int, long>());
        if (!queues.ContainsKey(queueId) && queues.TryAdd(queueId, offset))
        {
            Interlocked.Increment(ref _count);
            return;
        }

        queues[queueId] = offset;
    }

    private void RemoveWhere(Func<TopicGroup, bool> matches)
    {
        foreach (var table in new[] { _committed, _pulled, _resets })
        {
            foreach (var key in table.Keys.Where(matches))
            {
                table.TryRemove(key, out _);
            }
        }

        Recount();
    }

    /// <summary>Of what is removed or copied as a whole nobody keeps count.</summary>
    private void Recount() =>
        Volatile.Write(ref _count, new[] { _committed, _pulled, _resets }.Sum(table => table.Values.Sum(queues => queues.Count)));

    private static LmqConsumerOffsetSerializeWrapper? Read(ConfigFile file) =>
        file.Load(static json => RemotingJson.Deserialize<LmqConsumerOffsetSerializeWrapper>(json.Span));

    private void Load(LmqConsumerOffsetSerializeWrapper? stored)
    {
        if (stored is null)
        {
            return;
        }

        _version = stored.DataVersion ?? _version;
        foreach (var (key, queues) in stored.OffsetTable)
        {
            if (TopicGroup.TryParse(key, out var parsed))
            {
                _committed[parsed] = new ConcurrentDictionary<int, long>(queues);
            }
        }

        foreach (var (key, offset) in stored.LmqOffsetTable)
        {
            if (TopicGroup.TryParse(key, out var parsed))
            {
                Set(_committed, parsed, 0, offset);
            }
        }

        Recount();
    }
}
