using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Limits;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Consumers;

/// <summary>
/// How many groups each connection has named in its heartbeats, and all together: what of the tables of producers and consumers a client can
/// fill. A connection that leaves a group keeps it here; with the connection all go.
/// </summary>
internal sealed class Memberships(BrokerOptions options)
{
    private readonly ConcurrentDictionary<IClientLink, HashSet<(bool Produces, string Group)>> _groups = new();
    private int _count;

    /// <returns><see langword="null"/>, or why the heartbeat is not taken: then none of it is.</returns>
    public string? Add(IClientLink link, HeartbeatData heartbeat)
    {
        var named = heartbeat.ProducerDataSet.Select(producer => (Produces: true, Group: producer.GroupName))
            .Concat(heartbeat.ConsumerDataSet.Select(consumer => (Produces: false, Group: consumer.GroupName)));
        var groups = GroupsOf(link);
        lock (groups)
        {
            var added = named.Where(group => !groups.Contains(group)).ToHashSet();
            if (groups.Count + added.Count > options.MaxGroupsOfClient)
            {
                return Reached.Limit("groups of this connection", "maxGroupsOfClient", options.MaxGroupsOfClient);
            }

            if (added.Count > 0 && Interlocked.Add(ref _count, added.Count) > options.MaxClientGroupNum)
            {
                Interlocked.Add(ref _count, -added.Count);
                return Reached.Limit("groups of connected clients", "maxClientGroupNum", options.MaxClientGroupNum);
            }

            groups.UnionWith(added);
            return null;
        }
    }

    private HashSet<(bool Produces, string Group)> GroupsOf(IClientLink link)
    {
        if (_groups.TryGetValue(link, out var groups))
        {
            return groups;
        }

        if (_groups.TryAdd(link, []))
        {
            // Runs at once if the connection is gone already.
            link.Gone.UnsafeRegister(_ => Remove(link), null);
        }

        return _groups.GetValueOrDefault(link) ?? [];
    }

    private void Remove(IClientLink link)
    {
        if (_groups.TryRemove(link, out var groups))
        {
            lock (groups)
            {
                Interlocked.Add(ref _count, -groups.Count);
            }
        }
    }
}
