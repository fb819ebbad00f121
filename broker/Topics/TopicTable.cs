using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics;

/// <summary>
/// The broker's topics, kept in <c>config/topics.json</c>. Read on every send and pull without a lock; changed behind one, and
/// journalled at once. A <see cref="TopicConfig"/> in the table is never changed, only replaced.
/// </summary>
public sealed class TopicTable
{
    /// <summary>No topic's name: only the version has changed.</summary>
    private const string VersionKey = "";

    private static readonly Task<Refusal?> Durable = Task.FromResult<Refusal?>(null);

    private readonly BrokerOptions _options;
    private readonly JournalledFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HashSet<string> _deletedBeforeStart = new(StringComparer.Ordinal);
    private readonly Lock _writeLock = new();

    /// <summary>Held by deletions, and by who takes the table for the file.</summary>
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(1);
    private readonly ConcurrentDictionary<string, TopicConfig> _topics = new(StringComparer.Ordinal);

    /// <summary>The last change of each topic, as long as one of them may not be durable.</summary>
    private readonly ConcurrentDictionary<string, long> _changes = new(StringComparer.Ordinal);
    private long _lastChange;
    private readonly ConcurrentDictionary<string, bool> _own = new(SystemTopics.Names.Select(name => KeyValuePair.Create(name, true)), StringComparer.Ordinal);

    public TopicTable(BrokerOptions options, JournalledFile file, TimeProvider time, ILogger<TopicTable> logger)
    {
        _options = options;
        _file = file;
        _time = time;
        _logger = logger;
        Version = new DataVersion();
        _turn.Writer.TryWrite(true);
        file.Load(
            static json => RemotingJson.Deserialize<TopicConfigSerializeWrapper>(json.Span), Fill, Apply,
            ContentAsync);
        AddSystemTopics();
    }

    /// <summary>Raised behind the write lock after topics were added, changed or removed (then with a null config).</summary>
    public event Action<string, TopicConfig?>? Changed;

    /// <summary>Raised behind the write lock after a setting changed that concerns all topics.</summary>
    public event Action? AllChanged;

    /// <summary>How to wait until name servers know of the changes made so far; without name servers there is nothing to wait for.</summary>
    public Func<Task> WaitTold { private get; set; } = static () => Task.CompletedTask;

    /// <summary>Counts the changes; name servers compare it.</summary>
    public DataVersion Version { get; private set; }

    /// <summary>Completes when every change made before is durable, or with why it is not.</summary>
    public Task<Refusal?> Saved => _file.WaitAsync(Volatile.Read(ref _lastChange));

    /// <summary>Completes when every change made before is durable and name servers know of it, or with why it is not durable.</summary>
    public async Task<Refusal?> SettledAsync()
    {
        var told = WaitTold();
        var refusal = await Saved.ConfigureAwait(false);
        await told.ConfigureAwait(false);
        return refusal;
    }

    /// <summary>Completes when what there is to know of two topics is durable, or with why it is not. Costs nothing while everything is.</summary>
    public Task<Refusal?> SavedAsync(string topic, string other) =>
        _file.IsSaved(Volatile.Read(ref _lastChange))
            ? Durable
            : _file.WaitAsync(Math.Max(_changes.GetValueOrDefault(topic), _changes.GetValueOrDefault(other)));

    public IReadOnlyDictionary<string, TopicConfig> All => _topics;

    /// <summary>
    /// Topics whose deletion the journal has and the file has not yet: the broker may have been killed before their queues and offsets were gone, and
    /// whoever makes such a topic again must not find them.
    /// </summary>
    public IReadOnlyCollection<string> DeletedBeforeStart => _deletedBeforeStart;

    /// <summary>RocketMQ's own topics and this broker's: those named as its cluster and itself, among others.</summary>
    public IReadOnlyCollection<string> SystemTopicNames => [.. _own.Keys];

    /// <summary>Whether operators may neither change nor delete a topic.</summary>
    public bool IsSystem(string topic) => SystemTopics.IsSystem(topic) || _own.ContainsKey(topic);

    /// <summary>Whether light queues are served (enableLmq): each is then a topic of one queue that nobody needs to create.</summary>
    public bool HasLightQueues { get; init; }

    public bool TryGet(string topic, [NotNullWhen(true)] out TopicConfig? config)
    {
        if (!_topics.TryGetValue(topic, out config) && HasLightQueues && SystemTopics.IsLmq(topic))
        {
            config = new TopicConfig { TopicName = topic, ReadQueueNums = 1, WriteQueueNums = 1, Perm = TopicPermission.ReadWrite };
        }

        return config is not null;
    }

    /// <summary>Whether clients may make no further topic; the broker still makes those that it needs.</summary>
    public bool IsFull => _topics.Count >= _options.MaxTopicNum;

    /// <summary>What they are told then.</summary>
    public string FullReason => Reached.Limit("topics", "maxTopicNum", _options.MaxTopicNum);

    public TopicConfig? Get(string topic) => TryGet(topic, out var config) ? config : null;

    /// <summary>How a topic's queues are kept; null where there is no such topic.</summary>
    public QueueType? QueueTypeOf(string topic) => _topics.TryGetValue(topic, out var config) ? TopicAttributes.QueueTypeOf(config) : null;

    /// <summary>Adds or replaces a topic.</summary>
    public void Put(TopicConfig config)
    {
        lock (_writeLock)
        {
            Commit(config);
        }
    }

    /// <summary>Makes topics what another broker's are, and counts as it does. What it has deleted is deleted one by one, before.</summary>
    public void Follow(IReadOnlyCollection<TopicConfig> changed, DataVersion version)
    {
        lock (_writeLock)
        {
            if (changed.Count == 0 && Version == version)
            {
                return;
            }

            foreach (var config in changed)
            {
                Commit(config);
            }

            Version = version;
            Changing(VersionKey, _file.Put(VersionKey, Version));
        }
    }

    /// <summary>A setting that concerns all topics has changed (brokerPermission, autoCreateTopicEnable): name servers are told.</summary>
    public void Refresh()
    {
        lock (_writeLock)
        {
            if (_options.AutoCreateTopicEnable && !_topics.ContainsKey(SystemTopics.AutoCreate))
            {
                AddTemplate();
            }

            Count();
            Changing(VersionKey, _file.Put(VersionKey, Version));
            AllChanged?.Invoke();
        }
    }

    /// <summary>
    /// Deletions are made one after the other, and until one is disposed of the file waits: the journal keeps its topic's removal, for the next start to
    /// finish, as long as something that goes with the topic may still be on the disk.
    /// </summary>
    public async ValueTask<IDisposable> BeginDeletionAsync()
    {
        await _turn.Reader.ReadAsync().ConfigureAwait(false);
        return new Deletion(_turn.Writer);
    }

    /// <returns>False when there was none.</returns>
    public bool Remove(string topic)
    {
        lock (_writeLock)
        {
            if (!_topics.ContainsKey(topic))
            {
                return false;
            }

            Count();
            Changing(topic, _file.Remove(topic));
            _topics.TryRemove(topic, out _);
            Changed?.Invoke(topic, null);
            return true;
        }
    }

    /// <summary>Creates the topic of a first send, modelled on a template topic that lets others inherit.</summary>
    /// <returns>The topic; <see langword="null"/> when the template is missing or not inheritable.</returns>
    public TopicConfig? CreateFromTemplate(string topic, string template, int queueNums, int topicSysFlag)
    {
        lock (_writeLock)
        {
            if (_topics.TryGetValue(topic, out var existing))
            {
                return existing;
            }

            if (!_topics.TryGetValue(template, out var model))
            {
                Log.NoTemplate(_logger, topic, template);
                return null;
            }

            if (IsFull)
            {
                Log.TopicsFull(_logger, topic, _options.MaxTopicNum);
                return null;
            }

            var perm = model.Perm;
            if (template == SystemTopics.AutoCreate && !_options.AutoCreateTopicEnable)
            {
                perm = TopicPermission.ReadWrite;
            }

            if (!TopicPermission.IsInherited(perm))
            {
                Log.TemplateNotInherited(_logger, topic, template, perm);
                return null;
            }

            var queues = Math.Max(0, Math.Min(queueNums, model.WriteQueueNums));
            var config = new TopicConfig
            {
                TopicName = topic,
                ReadQueueNums = queues,
                WriteQueueNums = queues,
                Perm = perm & ~TopicPermission.Inherit,
                TopicSysFlag = topicSysFlag,
                TopicFilterType = model.TopicFilterType,
            };
            Commit(config);
            Log.TopicCreated(_logger, topic, queues, template);
            return config;
        }
    }

    /// <summary>The topic, created with the given shape if it is missing: retry, dead-letter and other topics of the broker's own.</summary>
    public TopicConfig GetOrCreate(string topic, int queueNums, int perm, int topicSysFlag = 0)
    {
        if (_topics.TryGetValue(topic, out var existing))
        {
            return existing;
        }

        lock (_writeLock)
        {
            if (_topics.TryGetValue(topic, out existing))
            {
                return existing;
            }

            var config = new TopicConfig
            {
                TopicName = topic, ReadQueueNums = queueNums, WriteQueueNums = queueNums, Perm = perm, TopicSysFlag = topicSysFlag,
            };
            Commit(config);
            return config;
        }
    }

    /// <summary>What <c>topics.json</c> and GET_ALL_TOPIC_CONFIG hold.</summary>
    public TopicConfigSerializeWrapper Snapshot()
    {
        lock (_writeLock)
        {
            return new TopicConfigSerializeWrapper
            {
                DataVersion = Version,
                TopicConfigTable = new Dictionary<string, TopicConfig>(_topics),
            };
        }
    }

    private async ValueTask<byte[]?> ContentAsync()
    {
        using var turn = await BeginDeletionAsync().ConfigureAwait(false);
        return RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty);
    }

    private void Store(TopicConfig config) => _topics[config.TopicName] = config;

    private void Commit(TopicConfig config)
    {
        // Before anybody can find the topic: who finds it and waits for it to be durable waits for this change.
        Count();
        Changing(config.TopicName, _file.Put(config.TopicName, config));
        Store(config);
        Changed?.Invoke(config.TopicName, config);
    }

    private void Count()
    {
        Version = Version.Next(_time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private void Changing(string topic, long change)
    {
        if (_file.IsSaved(_lastChange))
        {
            _changes.Clear();
        }

        _changes[topic] = change;
        Volatile.Write(ref _lastChange, change);
    }

    private void Fill(TopicConfigSerializeWrapper? stored)
    {
        Version = stored?.DataVersion ?? Version;
        foreach (var (_, config) in stored?.TopicConfigTable ?? [])
        {
            Take(config);
        }
    }

    /// <summary>A file may say what no request can: what is no name must not become a directory here either.</summary>
    private void Take(TopicConfig config)
    {
        if (NameRule.IsLegal(NameKind.Topic, config.TopicName))
        {
            Store(config);
        }
        else
        {
            Log.EntryLeftOut(_logger, _file.Path, NameRule.Explain(NameKind.Topic, config.TopicName));
        }
    }

    /// <summary>A change that the file does not hold yet.</summary>
    private void Apply(string topic, ReadOnlyMemory<byte>? config)
    {
        Count();
        if (config is null)
        {
            _topics.TryRemove(topic, out _);
            _deletedBeforeStart.Add(topic);
        }
        else if (topic == VersionKey)
        {
            Version = RemotingJson.Deserialize<DataVersion>(config.Value.Span);
        }
        else
        {
            _deletedBeforeStart.Remove(topic);
            Take(RemotingJson.Deserialize<TopicConfig>(config.Value.Span));
        }
    }

    private void AddSystemTopics()
    {
        var clusterPerm = TopicPermission.Inherit | (_options.ClusterTopicEnable ? TopicPermission.ReadWrite : 0);
        var brokerPerm = TopicPermission.Inherit | (_options.BrokerTopicEnable ? TopicPermission.ReadWrite : 0);
        AddSystemTopic(SystemTopics.SelfTest, 1);
        if (_options.AutoCreateTopicEnable)
        {
            AddTemplate();
        }

        AddSystemTopic(SystemTopics.Benchmark, 1024);
        AddSystemTopic(_options.BrokerClusterName, 16, clusterPerm);
        AddSystemTopic(_options.BrokerName, 1, brokerPerm);
        AddSystemTopic(SystemTopics.OffsetMoved, 1);
        AddSystemTopic(SystemTopics.Schedule, 18);
        if (_options.TraceTopicEnable)
        {
            AddSystemTopic(_options.MsgTraceTopicName, 1);
        }

        AddSystemTopic($"{_options.BrokerClusterName}_REPLY_TOPIC", 1);
        AddSystemTopic($"rmq_sys_REVIVE_LOG_{_options.BrokerClusterName}", _options.ReviveQueueNum);
        AddSystemTopic($"rmq_sys_SYNC_BROKER_MEMBER_{_options.BrokerName}", 1, TopicPermission.Inherit);
        AddSystemTopic(SystemTopics.TransactionHalf, 1);
        AddSystemTopic(SystemTopics.TransactionOp, 1);
        AddSystemTopic(SystemTopics.Timer, 1);
    }

    private void AddTemplate() =>
        AddSystemTopic(SystemTopics.AutoCreate, _options.DefaultTopicQueueNums, TopicPermission.ReadWrite | TopicPermission.Inherit);

    /// <summary>As Apache: what the file says of a system topic does not count.</summary>
    private void AddSystemTopic(string topic, int queueNums, int perm = TopicPermission.ReadWrite)
    {
        _own[topic] = true;
        Store(new TopicConfig { TopicName = topic, ReadQueueNums = queueNums, WriteQueueNums = queueNums, Perm = perm });
    }

    private sealed class Deletion(ChannelWriter<bool> turn) : IDisposable
    {
        public void Dispose() => turn.TryWrite(true);
    }
}
