using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Consumers;

/// <summary>The consumer groups that have members now, by heartbeat. Members of a group that changed are told at once.</summary>
public sealed class ConsumerTable(
    BrokerOptions options, SubscriptionGroups groups, TimeProvider time, ILogger<ConsumerTable> logger)
{
    private readonly ConcurrentDictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);
    private readonly LinkGroups _ofConnections = new();

    /// <summary>Raised when the members or subscriptions of a group have changed.</summary>
    public event Action<ConsumerGroup>? GroupChanged;

    public IReadOnlyDictionary<string, ConsumerGroup> All => _groups;

    public ConsumerGroup? Find(string group) => _groups.GetValueOrDefault(group);

    /// <returns>Whether the group changed.</returns>
    public bool Register(ClientChannel channel, ConsumerData data, bool replaceSubscriptions)
    {
        var group = _groups.GetOrAdd(data.GroupName, static name => new ConsumerGroup(name));
        _ofConnections.Add(channel.Link, data.GroupName);
        var changed = group.Register(channel, data, replaceSubscriptions, Now(), out var isRenewed);
        if (channel.Link.IsGone)
        {
            // Whoever removed it may have done so before it was here.
            Remove(channel.Link);
        }

        if (changed || isRenewed)
        {
            GroupChanged?.Invoke(group);
        }

        if (changed)
        {
            Log.ConsumerChanged(logger, data.GroupName, channel.ClientId, group.Channels.Count);
            NotifyMembers(group);
        }

        return changed;
    }

    public void Unregister(string group, IClientLink link)
    {
        _ofConnections.Remove(link, group);
        Leave(group, link);
    }

    /// <summary>A connection is gone: it leaves all its groups, whatever following one of them up runs into.</summary>
    public void Remove(IClientLink link)
    {
        foreach (var group in _ofConnections.Take(link))
        {
            try
            {
                Leave(group, link);
            }
            catch (Exception e)
            {
                Log.LeavingFailed(logger, group, e);
            }
        }
    }

    /// <summary>Drops members that fell silent, and the subscriptions of groups that have been without members for long.</summary>
    public void Sweep()
    {
        var now = Now();
        foreach (var group in _groups.Values)
        {
            foreach (var channel in group.Channels.Where(c => now - c.LastUpdateMs > options.ChannelExpiredTimeout))
            {
                channel.Link.End($"no heartbeat for {options.ChannelExpiredTimeout} ms");
                Unregister(group.Name, channel.Link);
            }

            if (group.IsEmpty && now - group.LastUpdateMs > options.SubscriptionExpiredTimeout)
            {
                _groups.TryRemove(KeyValuePair.Create(group.Name, group));
            }
        }
    }

    private void Leave(string group, IClientLink link)
    {
        if (_groups.TryGetValue(group, out var members) && members.Remove(link, Now()))
        {
            AfterRemoval(members);
        }
    }

    private void AfterRemoval(ConsumerGroup group)
    {
        GroupChanged?.Invoke(group);
        NotifyMembers(group);
    }

    private void NotifyMembers(ConsumerGroup group)
    {
        if (!options.NotifyConsumerIdsChangedEnable || groups.Find(group.Name) is { NotifyConsumerIdsChangedEnable: false })
        {
            return;
        }

        var notice = new MembersChanged(group.Name);
        foreach (var channel in group.Channels)
        {
            channel.Link.TryTell(notice);
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
