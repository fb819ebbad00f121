using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Offsets;

/// <summary>
/// How far each group has consumed each queue: the next offset to read, kept in <c>config/consumerOffset.json</c>. A commit only notes that its topic
/// and group have changed; what has changed is journalled soon after. Reset offsets wait beside them until the group's next pull takes them.
/// </summary>
public sealed class ConsumerOffsets
{
    /// <summary>What <see cref="Query"/> answers for a queue the group never committed.</summary>
    public const long NotFound = -1;

    private readonly JournalledFile _file;
    private readonly Func<ValueTask<bool>> _untilSafe;
    private readonly Func<string, bool> _hasTopic;
    private readonly ConcurrentDictionary<TopicGroup, GroupOffsets> _committed = new();

    /// <summary>What has changed since it was journalled.</summary>
    private readonly ConcurrentQueue<TopicGroup> _changed = new();

    /// <summary>Held by the one who takes what has changed, or all, for the disk: so that an older value never follows a newer one there.</summary>
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(1);
    private readonly OffsetRounds _rounds = new();
    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly List<(TopicGroup Key, int Bytes)> _taken = [];
    private long _lastChange;
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
    /// <param name="hasTopic">Whether there is a topic: a commit that comes while its topic is deleted must not stay for the next one of that name.</param>
    /// <param name="snapshotPeriod">How far apart the file is written as a whole, at least.</param>
    public ConsumerOffsets(
        JournalledFile file, JournalledFile? lightFile, Func<ValueTask<bool>> untilSafe, Func<string, bool> hasTopic, TimeSpan? snapshotPeriod = null)
    {
        _untilSafe = untilSafe;
        _hasTopic = hasTopic;
        _turn.Writer.TryWrite(true);
        _file = lightFile ?? file;
        _hasLightGroups = lightFile is not null;
        var isTakenOver = false;
        _file.Load(
            Parse,
            stored =>
            {
                isTakenOver = stored is null && lightFile is not null && file.Read(Parse, Fill, Apply);
                Fill(stored);
            },
            Apply, ContentAsync, snapshotPeriod);
        Recount();
        if (isTakenOver)
        {
            _file.WriteSoon();
        }
    }

    /// <summary>Raised after a queue of a group was reset; who waits for messages of it should look again.</summary>
    public event Action<TopicGroup, int>? WasReset;

    public long Query(string group, string topic, int queueId) =>
        _committed.TryGetValue(new TopicGroup(topic, group), out var queues) && queues.TryGet(queueId, out var offset) ? offset : NotFound;

    /// <summary>How far the group has pulled, which is ahead of what it committed by what it works on.</summary>
    public long QueryPulled(string group, string topic, int queueId) => Get(_pulled, new TopicGroup(topic, group), queueId);

    /// <summary>Whether a queue's offset can be kept: it is already, or there are not as many as there may be, pulled ones and resets among them.</summary>
    public bool HasRoomFor(string group, string topic, int queueId, int capacity) =>
        Volatile.Read(ref _count) < capacity || Query(group, topic, queueId) != NotFound;

    public void Commit(string group, string topic, int queueId, long offset) => Commit(new TopicGroup(topic, group), queueId, offset);

    public void CommitPulled(string group, string topic, int queueId, long offset) =>
        Set(_pulled, new TopicGroup(topic, group), queueId, offset);

    /// <summary>Moves the group: the next pull of the queue is told to go on from here.</summary>
    public void Reset(string group, string topic, int queueId, long offset)
    {
        var key = new TopicGroup(topic, group);
        Set(_resets, key, queueId, offset);
        Commit(key, queueId, offset);
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
        _committed.TryGetValue(new TopicGroup(topic, group), out var queues) ? queues.All : new Dictionary<int, long>();

    public IEnumerable<string> TopicsOf(string group) => _committed.Keys.Where(k => k.Group == group).Select(k => k.Topic);

    public IEnumerable<string> GroupsOf(string topic) => _committed.Keys.Where(k => k.Topic == topic).Select(k => k.Group);

    /// <summary>Every topic and group with a committed offset.</summary>
    public IEnumerable<(string Topic, string Group)> Pairs => _committed.Keys.Select(k => (k.Topic, k.Group));

    /// <summary>Lets a group stand where another does in a topic; nothing happens where that one has no offsets.</summary>
    public void Clone(string fromGroup, string toGroup, string topic)
    {
        if (_committed.TryGetValue(new TopicGroup(topic, fromGroup), out var queues))
        {
            var key = new TopicGroup(topic, toGroup);
            _committed[key] = new GroupOffsets(queues.All);
            _changed.Enqueue(key);
            _rounds.Removed();
            Recount();
        }
    }

    public void RemoveGroup(string group) => RemoveWhere(k => k.Group == group);

    public void RemoveTopic(string topic) => RemoveWhere(k => k.Topic == topic);

    public void RemoveTopics(IReadOnlyCollection<string> topics) => RemoveWhere(k => topics.Contains(k.Topic));

    public void Remove(string group, string topic) => RemoveWhere(k => k.Group == group && k.Topic == topic);

    /// <summary>What <c>consumerOffset.json</c> and GET_ALL_CONSUMER_OFFSET hold.</summary>
    public ConsumerOffsetSerializeWrapper Snapshot() => Snapshot(since: 0);

    /// <summary>What has changed since the last time: of each group and topic where a queue has, all queues.</summary>
    /// <param name="known">What <paramref name="round"/> was then; 0 before.</param>
    /// <param name="round">What to come with the next time.</param>
    /// <returns><see langword="null"/> where something is gone: then only the whole tells. Nothing in it when nothing has changed.</returns>
    internal ConsumerOffsetSerializeWrapper? ChangedSince(long known, out long round)
    {
        round = _rounds.Begin();
        return known <= 0 || known >= round || _rounds.HasRemovedSince(known) ? null
            : _rounds.IsQuietSince(known) ? new ConsumerOffsetSerializeWrapper()
            : Snapshot(known);
    }

    private ConsumerOffsetSerializeWrapper Snapshot(long since)
    {
        var table = new Dictionary<string, Dictionary<int, long>>();
        var lightTable = new Dictionary<string, long>();
        foreach (var (key, queues) in _committed)
        {
            if (queues.Round < since)
            {
                continue;
            }

            if (_hasLightGroups && SystemTopics.IsLmq(key.Group))
            {
                lightTable[key.ToString()] = queues.TryGet(0, out var offset) ? offset : 0;
            }
            else
            {
                table[key.ToString()] = new Dictionary<int, long>(queues.All);
            }
        }

        return _hasLightGroups
            ? new LmqConsumerOffsetSerializeWrapper { DataVersion = _version, OffsetTable = table, LmqOffsetTable = lightTable }
            : new ConsumerOffsetSerializeWrapper { DataVersion = _version, OffsetTable = table };
    }

    /// <summary>
    /// Journals what has changed once what it rests on is safe: a group that has popped must not be known to have done so while the record
    /// that hides what it got can still be lost.
    /// </summary>
    public async ValueTask PersistAsync()
    {
        // What can't be written now stays here, where a queue that changes again takes no more room.
        if (!_changed.IsEmpty && _file.CanSave)
        {
            await HandOverAsync().ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="PersistAsync"/>, and completes when everything committed before is durable, or with why it is not.</summary>
    public async Task<Refusal?> SaveAsync()
    {
        var isSafe = await HandOverAsync().ConfigureAwait(false);
        return await _file.WaitAsync(Volatile.Read(ref _lastChange)).ConfigureAwait(false)
            ?? (isSafe ? null : new Refusal(RefusalKind.SystemError, "The offsets are changed but not saved: what they rest on can't be brought to the disk now. It is tried again."));
    }

    /// <summary>As <see cref="PersistAsync"/>, whether the journal can be written now or not.</summary>
    /// <returns>False when what they rest on is not safe; they are kept.</returns>
    public async Task<bool> HandOverAsync()
    {
        await _turn.Reader.ReadAsync().ConfigureAwait(false);
        try
        {
            Take();
            if (_taken.Count > 0 && !await _untilSafe().ConfigureAwait(false))
            {
                GiveBack();
                return false;
            }

            Hand();
            return true;
        }
        finally
        {
            _turn.Writer.TryWrite(true);
        }
    }

    /// <summary>Takes the values as they are now.</summary>
    private void Take()
    {
        _values.ResetWrittenCount();
        _taken.Clear();
        for (var left = _changed.Count; left > 0 && _changed.TryDequeue(out var key); left--)
        {
            var before = _values.WrittenCount;
            if (_committed.TryGetValue(key, out var queues))
            {
                queues.TakeTo(_values);
            }

            _taken.Add((key, _values.WrittenCount - before));
        }
    }

    private void GiveBack()
    {
        foreach (var (key, _) in _taken)
        {
            if (!_committed.TryGetValue(key, out var queues) || queues.Changes())
            {
                _changed.Enqueue(key);
            }
        }
    }

    private void Hand()
    {
        var values = _values.WrittenSpan;
        foreach (var (key, bytes) in _taken)
        {
            Volatile.Write(ref _lastChange, bytes > 0 ? _file.Put(key.ToString(), values[..bytes]) : _file.Remove(key.ToString()));
            values = values[bytes..];
        }
    }

    /// <summary>All as it is now, once what it rests on is safe.</summary>
    private async ValueTask<byte[]?> ContentAsync()
    {
        await _turn.Reader.ReadAsync().ConfigureAwait(false);
        try
        {
            var content = RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty);
            return await _untilSafe().ConfigureAwait(false) ? content : null;
        }
        finally
        {
            _turn.Writer.TryWrite(true);
        }
    }

    private void Commit(in TopicGroup key, int queueId, long offset)
    {
        var isNew = !_committed.TryGetValue(key, out var queues);
        queues ??= _committed.GetOrAdd(key, static _ => new GroupOffsets());
        if (queues.Set(queueId, offset))
        {
            Interlocked.Increment(ref _count);
        }

        if (queues.Changes())
        {
            _changed.Enqueue(key);
        }

        _rounds.Changed(queues);
        if (isNew && !_hasTopic(key.Topic) && _committed.TryRemove(key, out queues))
        {
            Interlocked.Add(ref _count, -queues.All.Count);
            _changed.Enqueue(key);
            _rounds.Removed();
        }
    }

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
        foreach (var key in _committed.Keys.Where(matches))
        {
            if (_committed.TryRemove(key, out _))
            {
                _changed.Enqueue(key);
            }
        }

        foreach (var table in new[] { _pulled, _resets })
        {
            foreach (var key in table.Keys.Where(matches))
            {
                table.TryRemove(key, out _);
            }
        }

        _rounds.Removed();
        Recount();
    }

    /// <summary>Of what is removed, copied or loaded as a whole nobody keeps count.</summary>
    private void Recount() => Volatile.Write(
        ref _count, _committed.Values.Sum(queues => queues.All.Count) + new[] { _pulled, _resets }.Sum(table => table.Values.Sum(queues => queues.Count)));

    private static LmqConsumerOffsetSerializeWrapper Parse(ReadOnlyMemory<byte> json) => RemotingJson.Deserialize<LmqConsumerOffsetSerializeWrapper>(json.Span);

    /// <summary>A change that the file does not hold yet.</summary>
    private void Apply(string key, ReadOnlyMemory<byte>? value)
    {
        if (!TopicGroup.TryParse(key, out var parsed))
        {
            return;
        }

        if (value is { } offsets)
        {
            _committed[parsed] = GroupOffsets.Read(offsets.Span);
        }
        else
        {
            _committed.TryRemove(parsed, out _);
        }
    }

    private void Fill(LmqConsumerOffsetSerializeWrapper? stored)
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
                _committed[parsed] = new GroupOffsets(queues);
            }
        }

        foreach (var (key, offset) in stored.LmqOffsetTable)
        {
            if (TopicGroup.TryParse(key, out var parsed))
            {
                _committed[parsed] = new GroupOffsets([KeyValuePair.Create(0, offset)]);
            }
        }
    }
}
