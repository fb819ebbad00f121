using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Broker.Groups;

/// <summary>What is configured of each consumer group, kept in <c>config/subscriptionGroup.json</c>. Same rules as <see cref="TopicTable"/>.</summary>
public sealed class SubscriptionGroups
{
    /// <summary>The bit of a forbidden read in the file, as Apache's broker numbers permissions.</summary>
    private const int ReadBit = 1 << 2;

    /// <summary>Before a group's name in the journal: what is configured of it, or what it must not read.</summary>
    private const string GroupKey = "g";
    private const string ForbiddenKey = "f";

    /// <summary>The key under which the version stands alone: it is what another broker counted.</summary>
    private const string VersionKey = "v";

    private readonly BrokerOptions _options;
    private readonly JournalledFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _writeLock = new();
    private long _lastChange;
    private readonly ConcurrentDictionary<string, SubscriptionGroupConfig> _groups = new(StringComparer.Ordinal);

    /// <summary>Forbidden bits by group and topic; replaced as a whole, null while nothing is forbidden.</summary>
    private volatile Dictionary<string, Dictionary<string, int>>? _forbidden;

    public SubscriptionGroups(BrokerOptions options, JournalledFile file, TimeProvider time, ILogger<SubscriptionGroups> logger)
    {
        _options = options;
        _file = file;
        _time = time;
        _logger = logger;
        Version = new DataVersion();
        foreach (var group in SystemTopics.SystemGroups)
        {
            _groups[group] = new SubscriptionGroupConfig { GroupName = group, ConsumeBroadcastEnable = true };
        }

        file.Load(
            static json => RemotingJson.Deserialize<SubscriptionGroupWrapper>(json.Span), Fill, Apply,
            () => new ValueTask<byte[]?>(RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty)));
    }

    public DataVersion Version { get; private set; }

    /// <summary>Completes when every change made before is durable, or with why it is not.</summary>
    public Task<Refusal?> Saved => _file.WaitAsync(Volatile.Read(ref _lastChange));

    public IReadOnlyDictionary<string, SubscriptionGroupConfig> All => _groups;

    /// <summary>The group, created on first use where that is allowed; <see langword="null"/> where it is not or the name is not legal.</summary>
    public SubscriptionGroupConfig? Find(string group)
    {
        if (_groups.TryGetValue(group, out var config))
        {
            return config;
        }

        if (IsLight(group))
        {
            return new SubscriptionGroupConfig { GroupName = group };
        }

        if ((!_options.AutoCreateSubscriptionGroup && !SystemTopics.IsSystemGroup(group)) || SystemTopics.ValidateGroup(group) is not null)
        {
            return null;
        }

        lock (_writeLock)
        {
            if (!_groups.TryGetValue(group, out config))
            {
                if (IsFull)
                {
                    Log.GroupsFull(_logger, group, _options.MaxSubscriptionGroupNum);
                    return null;
                }

                config = new SubscriptionGroupConfig { GroupName = group };
                Commit(config);
                Log.GroupCreated(_logger, group);
            }

            return config;
        }
    }

    /// <summary>Whether clients may make no further group.</summary>
    public bool IsFull => _groups.Count >= _options.MaxSubscriptionGroupNum;

    /// <summary>What they are told then, behind a comma; empty while there is room.</summary>
    public string FullReason => IsFull ? $", and {Reached.Limit("consumer groups", "maxSubscriptionGroupNum", _options.MaxSubscriptionGroupNum)}" : "";

    /// <summary>Whether groups of light queues are served (enableLmq): there may be millions, and none is ever configured or kept.</summary>
    public bool HasLightGroups { get; init; }

    public bool Contains(string group) => _groups.ContainsKey(group) || IsLight(group);

    /// <summary>Whether a group may read a topic: it may unless an operator forbade it.</summary>
    public bool MayRead(string group, string topic) =>
        _forbidden is not { } forbidden || !forbidden.TryGetValue(group, out var topics) || (topics.GetValueOrDefault(topic) & ReadBit) == 0;

    /// <summary>Lets a group read a topic, or forbids it.</summary>
    public void SetReadable(string group, string topic, bool readable)
    {
        lock (_writeLock)
        {
            var topics = new Dictionary<string, int>(_forbidden?.GetValueOrDefault(group) ?? []);
            var bits = topics.GetValueOrDefault(topic);
            topics[topic] = readable ? bits & ~ReadBit : bits | ReadBit;
            var forbidden = new Dictionary<string, Dictionary<string, int>>(_forbidden ?? [])
            {
                [group] = topics.Where(t => t.Value != 0).ToDictionary(),
            };
            Count(
                forbidden[group].Count > 0 ? _file.Put(ForbiddenKey + group, forbidden[group]) : _file.Remove(ForbiddenKey + group));
            _forbidden = forbidden.Where(g => g.Value.Count > 0).ToDictionary() is { Count: > 0 } left ? left : null;
        }
    }

    public void Put(SubscriptionGroupConfig config)
    {
        lock (_writeLock)
        {
            Commit(config);
        }
    }

    /// <returns>False when there was none.</returns>
    public bool Remove(string group)
    {
        lock (_writeLock)
        {
            if (!_groups.ContainsKey(group))
            {
                return false;
            }

            Count(_file.Remove(GroupKey + group));
            return _groups.TryRemove(group, out _);
        }
    }

    /// <summary>Makes groups what another broker's are, and counts as it does.</summary>
    /// <param name="changed">Groups that are new or otherwise.</param>
    /// <param name="removed">Groups that are gone.</param>
    /// <param name="forbidden">All that is forbidden, by group and topic.</param>
    /// <param name="version">What it has counted.</param>
    public void Follow(
        IReadOnlyCollection<SubscriptionGroupConfig> changed, IReadOnlyCollection<string> removed, Dictionary<string, Dictionary<string, int>> forbidden,
        DataVersion version)
    {
        lock (_writeLock)
        {
            foreach (var config in changed)
            {
                Commit(config);
            }

            foreach (var group in removed.Where(_groups.ContainsKey))
            {
                Count(_file.Remove(GroupKey + group));
                _groups.TryRemove(group, out _);
            }

            Forbid(forbidden);
            if (Version != version)
            {
                Count(_file.Put(VersionKey, version));
                Version = version;
            }
        }
    }

    private void Forbid(Dictionary<string, Dictionary<string, int>> forbidden)
    {
        var before = _forbidden ?? [];
        foreach (var group in before.Keys.Union(forbidden.Keys).ToList())
        {
            var (had, has) = (before.GetValueOrDefault(group) ?? [], forbidden.GetValueOrDefault(group) ?? []);
            if (had.Count != has.Count || had.Except(has).Any())
            {
                Count(has.Count > 0 ? _file.Put(ForbiddenKey + group, has) : _file.Remove(ForbiddenKey + group));
            }
        }

        _forbidden = forbidden.Where(g => g.Value.Count > 0).ToDictionary() is { Count: > 0 } left ? left : null;
    }

    /// <summary>What <c>subscriptionGroup.json</c> and GET_ALL_SUBSCRIPTIONGROUP_CONFIG hold.</summary>
    public SubscriptionGroupWrapper Snapshot()
    {
        lock (_writeLock)
        {
            return new SubscriptionGroupWrapper
            {
                DataVersion = Version,
                ForbiddenTable = _forbidden ?? [],
                SubscriptionGroupTable = new Dictionary<string, SubscriptionGroupConfig>(_groups),
            };
        }
    }

    private bool IsLight(string group) => HasLightGroups && SystemTopics.IsLmq(group);

    private void Commit(SubscriptionGroupConfig config)
    {
        Count(_file.Put(GroupKey + config.GroupName, config));
        _groups[config.GroupName] = config;
    }

    private void Count(long change)
    {
        Version = Version.Next(_time.GetUtcNow().ToUnixTimeMilliseconds());
        Volatile.Write(ref _lastChange, change);
    }

    private void Fill(SubscriptionGroupWrapper? stored)
    {
        if (stored is null)
        {
            return;
        }

        Version = stored.DataVersion;
        _forbidden = stored.ForbiddenTable;
        foreach (var config in stored.SubscriptionGroupTable.Values)
        {
            Take(config);
        }
    }

    /// <summary>A file may say what no request can: a group is named in its retry topic.</summary>
    private void Take(SubscriptionGroupConfig config)
    {
        if (NameRule.IsLegal(NameKind.Group, config.GroupName))
        {
            _groups[config.GroupName] = config;
        }
        else
        {
            Log.EntryLeftOut(_logger, _file.Path, NameRule.Explain(NameKind.Group, config.GroupName));
        }
    }

    /// <summary>A change that the file does not hold yet.</summary>
    private void Apply(string key, ReadOnlyMemory<byte>? value)
    {
        if (key == VersionKey && value is { } version)
        {
            Version = RemotingJson.Deserialize<DataVersion>(version.Span);
            return;
        }

        var group = key[1..];
        Version = Version.Next(_time.GetUtcNow().ToUnixTimeMilliseconds());
        if (key.StartsWith(ForbiddenKey, StringComparison.Ordinal))
        {
            var forbidden = new Dictionary<string, Dictionary<string, int>>(_forbidden ?? []);
            forbidden.Remove(group);
            if (value is { } bits)
            {
                forbidden[group] = RemotingJson.Deserialize<Dictionary<string, int>>(bits.Span);
            }

            _forbidden = forbidden.Count > 0 ? forbidden : null;
        }
        else if (value is { } config)
        {
            Take(RemotingJson.Deserialize<SubscriptionGroupConfig>(config.Span));
        }
        else
        {
            _groups.TryRemove(group, out _);
        }
    }
}
