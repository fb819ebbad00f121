using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers;

/// <summary>The producers of each group that are connected now: whom transaction checks and replies can be sent to.</summary>
public sealed class ProducerTable(BrokerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<RemotingConnection, ClientChannel>> _groups = new(StringComparer.Ordinal);
    private readonly ConnectionGroups _ofConnections = new();
    private readonly ConcurrentDictionary<string, ClientChannel> _byClientId = new(StringComparer.Ordinal);

    public IEnumerable<string> Groups => _groups.Keys;

    public IReadOnlyCollection<ClientChannel> Find(string group) =>
        _groups.TryGetValue(group, out var channels) ? [.. channels.Values] : [];

    /// <summary>The connection of a client that has said it produces.</summary>
    public ClientChannel? FindClient(string clientId) => _byClientId.GetValueOrDefault(clientId);

    public void Register(string group, ClientChannel channel)
    {
        _ofConnections.Add(channel.Connection, group);
        var channels = _groups.GetOrAdd(group, static _ => new ConcurrentDictionary<RemotingConnection, ClientChannel>());
        var known = channels.GetOrAdd(channel.Connection, channel);
        known.LastUpdateMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        _byClientId[channel.ClientId] = known;
        if (channel.Connection.IsClosed)
        {
            // Whoever removed it may have done so before it was here.
            Remove(channel.Connection);
        }
    }

    public void Unregister(string group, RemotingConnection connection)
    {
        _ofConnections.Remove(connection, group);
        Leave(group, connection);
    }

    private void Leave(string group, RemotingConnection connection)
    {
        if (!_groups.TryGetValue(group, out var channels) || !channels.TryRemove(connection, out var channel))
        {
            return;
        }

        _byClientId.TryRemove(KeyValuePair.Create(channel.ClientId, channel));
        if (channels.IsEmpty)
        {
            _groups.TryRemove(KeyValuePair.Create(group, channels));
        }
    }

    public void Remove(RemotingConnection connection)
    {
        foreach (var group in _ofConnections.Take(connection))
        {
            Leave(group, connection);
        }
    }

    /// <summary>Drops producers that fell silent.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (group, channels) in _groups)
        {
            foreach (var channel in channels.Values.Where(c => now - c.LastUpdateMs > options.ChannelExpiredTimeout))
            {
                channel.Connection.Close($"no heartbeat for {options.ChannelExpiredTimeout} ms");
                Unregister(group, channel.Connection);
            }
        }
    }
}
