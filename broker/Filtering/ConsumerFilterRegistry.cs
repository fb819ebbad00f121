using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Filtering.Sql;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Persistence;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// The SQL92 expressions of consumer groups, by topic and group. Heartbeats register them, the last consumer's leaving
/// marks them dead, and <c>filterDataCleanTimeSpan</c> after that they are dropped; so a group that comes back in time
/// keeps its birth and with it the use of the bit maps written meanwhile. Kept in <c>config/consumerFilter.json</c>.
/// Any thread may call; only <see cref="Load"/> and <see cref="Persist"/> touch the disk.
/// </summary>
public sealed partial class ConsumerFilterRegistry
{
    public const long DefaultRetentionMs = 24 * 3600 * 1000;

    /// <summary>Nobody is connected at start, and whoever was before the stop left at least this long ago.</summary>
    private const long DeadBeforeStartMs = 30 * 1000;

    private readonly ConfigFile _file;
    private readonly BloomFilter _bloom;
    private readonly TimeProvider _time;
    private readonly long _retentionMs;
    private readonly int _capacity;
    private int _count;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private bool _isChanged = true;

    // The inner dictionaries are replaced, never changed, and only under the gate: readers need no lock.
    private readonly ConcurrentDictionary<string, Dictionary<string, ConsumerFilterData>> _byTopic = new();

    public ConsumerFilterRegistry(
        ConfigFile file,
        BloomFilter bloom,
        TimeProvider time,
        ILogger<ConsumerFilterRegistry> logger,
        long retentionMs = DefaultRetentionMs,
        int capacity = int.MaxValue)
    {
        _capacity = capacity;
        _file = file;
        _bloom = bloom;
        _time = time;
        _retentionMs = retentionMs;
        _logger = logger;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public ConsumerFilterData? Find(string topic, string group) =>
        _byTopic.TryGetValue(topic, out var groups) ? groups.GetValueOrDefault(group) : null;

    /// <summary>All of a group's heartbeat: what it no longer subscribes to is dead from now on.</summary>
    public void Register(string group, IReadOnlyCollection<FilterSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
            Register(group, subscription);
        MarkDead(group, data => !subscriptions.Any(subscription => subscription.Topic == data.Topic));
    }

    /// <summary>
    /// False if nothing came of it: a tag subscription, an expression that does not compile, or a version that is not
    /// newer. A newer version with a bad expression removes the old one: the group's pulls are then told that
    /// there is no filter, rather than served by one it has given up.
    /// </summary>
    public bool Register(string group, in FilterSubscription subscription)
    {
        if (MessageFilters.IsTagType(subscription.ExpressionType) || string.IsNullOrEmpty(subscription.Expression))
            return false;
        lock (_gate)
        {
            var known = Find(subscription.Topic, group);
            if (known is not null && subscription.Version <= known.ClientVersion)
            {
                if (!known.IsDead || subscription.Version < known.ClientVersion)
                    return false;
                Put(known with { DeadTimeMs = 0 });
                return true;
            }
            var bloom = _bloom.PositionsOf(group, subscription.Topic);
            if (known is not null && known.Expression == subscription.Expression
                && known.ExpressionType == subscription.ExpressionType && known.Bloom == bloom)
            {
                Put(known with { ClientVersion = subscription.Version, DeadTimeMs = 0 });
                return true;
            }
            return TryPutNew(group, subscription, bloom);
        }
    }

    /// <summary>The group's last consumer has left.</summary>
    public void Unregister(string group) => MarkDead(group, _ => true);

    /// <summary>
    /// Sets the bits of every group on the topic whose expression the message matches, dead groups included: they may
    /// come back. False if no group has an expression there, and the bit map stays as it was.
    /// </summary>
    /// <param name="topic">The message's topic.</param>
    /// <param name="properties">As in <see cref="IMessageFilter.Matches"/>.</param>
    /// <param name="bitMap"><see cref="BloomFilter.ByteCount"/> zeros.</param>
    public bool TryFillBitMap(string topic, ReadOnlySpan<byte> properties, Span<byte> bitMap)
    {
        if (!_byTopic.TryGetValue(topic, out var groups))
            return false;
        foreach (var (_, data) in groups)
        {
            if (data.Filter.Matches(properties))
                BloomFilter.Set(data.Bloom, bitMap);
        }
        return true;
    }

    /// <summary>
    /// Reads the file, else its backup; no file is an empty registry. Everybody is dead until heard of. If one entry's
    /// bits are of another bloom filter, the settings have changed and so has the meaning of all bit maps on disk:
    /// then nothing is taken over, and groups are born anew with their next heartbeat.
    /// </summary>
    /// <exception cref="RocketMQ.Remoting.Configuration.ConfigurationException">There are files, but none that makes sense.</exception>
    public void Load()
    {
        var entries = _file.Load(static json => ConsumerFilterFile.Read(Encoding.UTF8.GetString(json.Span))) ?? [];
        if (entries.Any(entry => !_bloom.Owns(entry.BloomFilterData?.Data)))
        {
            LogBloomChanged(_file.Path, _bloom.BitCount);
            return;
        }
        var presumedDeadMs = NowMs - DeadBeforeStartMs;
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                var deadTimeMs = entry.DeadTime != 0 ? entry.DeadTime : Math.Max(presumedDeadMs, entry.BornTime);
                if (entry.TryCompile(deadTimeMs, out var data, out var reason))
                    Put(data);
                else
                    LogEntryDropped(_file.Path, entry.ConsumerGroup, entry.Topic, reason);
            }
        }
    }

    /// <summary>
    /// Drops what has been dead too long and writes the file if anything has changed. One caller at a time, as the
    /// host's timer and its stop are.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; the next call tries again.</exception>
    public void Persist()
    {
        string text;
        lock (_gate)
        {
            DropLongDead();
            if (!_isChanged)
            {
                return;
            }

            _isChanged = false;
            text = ConsumerFilterFile.Write(_byTopic.Values
                .SelectMany(groups => groups.Values)
                .OrderBy(data => data.Topic, StringComparer.Ordinal)
                .ThenBy(data => data.ConsumerGroup, StringComparer.Ordinal)
                .GroupBy(data => data.Topic));
        }

        try
        {
            _file.Save(Encoding.UTF8.GetBytes(text));
        }
        catch
        {
            lock (_gate)
            {
                _isChanged = true;
            }

            throw;
        }
    }

    private bool TryPutNew(string group, in FilterSubscription subscription, BloomFilterData bloom)
    {
        if (!MessageFilters.TryCreate(subscription.ExpressionType, subscription.Expression, out var filter, out var reason))
        {
            LogRefused(group, subscription.Topic, subscription.Expression, reason);
            Remove(subscription.Topic, group);
            return false;
        }
        if (_count >= _capacity && Find(subscription.Topic, group) is null)
        {
            LogRefused(group, subscription.Topic, subscription.Expression, Reached.Limit("expressions of groups", "maxFilterNum", _capacity));
            return false;
        }
        Put(new ConsumerFilterData
        {
            ConsumerGroup = group,
            Topic = subscription.Topic,
            Expression = subscription.Expression!,
            ExpressionType = subscription.ExpressionType!,
            Filter = (SqlFilter)filter,
            BornTimeMs = NowMs,
            ClientVersion = subscription.Version,
            Bloom = bloom,
        });
        LogRegistered(group, subscription.Topic, subscription.Expression);
        return true;
    }

    private void MarkDead(string group, Func<ConsumerFilterData, bool> which)
    {
        lock (_gate)
        {
            foreach (var (topic, _) in _byTopic)
            {
                if (Find(topic, group) is { IsDead: false } data && which(data))
                    Put(data with { DeadTimeMs = Math.Max(NowMs, data.BornTimeMs) });
            }
        }
    }

    private void DropLongDead()
    {
        var nowMs = NowMs;
        foreach (var (_, groups) in _byTopic)
        {
            foreach (var (group, data) in groups)
            {
                if (data.IsDead && nowMs - data.DeadTimeMs >= _retentionMs)
                    Remove(data.Topic, group);
            }
        }
    }

    private void Put(ConsumerFilterData data)
    {
        var groups = _byTopic.TryGetValue(data.Topic, out var before) ? new Dictionary<string, ConsumerFilterData>(before) : [];
        _count += groups.ContainsKey(data.ConsumerGroup) ? 0 : 1;
        groups[data.ConsumerGroup] = data;
        _isChanged = true;
        _byTopic[data.Topic] = groups;
    }

    private void Remove(string topic, string group)
    {
        if (!_byTopic.TryGetValue(topic, out var before) || !before.ContainsKey(group))
            return;
        var groups = new Dictionary<string, ConsumerFilterData>(before);
        groups.Remove(group);
        _count--;
        _isChanged = true;
        if (groups.Count > 0)
            _byTopic[topic] = groups;
        else
            _byTopic.TryRemove(topic, out _);
    }

    [LoggerMessage(6100, LogLevel.Information, "Filter of {Group} on {Topic} registered: {Expression}")]
    private partial void LogRegistered(string group, string topic, string? expression);

    [LoggerMessage(6101, LogLevel.Warning, "Filter of {Group} on {Topic} refused: {Expression}: {Reason}")]
    private partial void LogRefused(string group, string topic, string? expression, string reason);

    [LoggerMessage(6102, LogLevel.Warning, "{File}: filter of {Group} on {Topic} dropped: {Reason}")]
    private partial void LogEntryDropped(string file, string? group, string? topic, string reason);

    [LoggerMessage(6103, LogLevel.Warning,
        "{File} was written for another bloom filter than this one of {BitCount} bits: all its entries are ignored. "
        + "To keep them, set expectConsumerNumUseFilter and maxErrorRateOfBloomFilter back to what they were")]
    private partial void LogBloomChanged(string file, int bitCount);
}
