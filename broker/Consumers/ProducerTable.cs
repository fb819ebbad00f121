using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Consumers;

/// <summary>The producers of each group that are connected now: whom transaction checks and replies can be sent to.</summary>
public sealed class ProducerTable(BrokerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<IClientLink, ClientChannel>> _groups = new(StringComparer.Ordinal);
    private readonly LinkGroups _ofConnections = new();
    private readonly ConcurrentDictionary<string, ClientChannel> _byClientId = new(StringComparer.Ordinal);

    public IEnumerable<string> Groups => _groups.Keys;

    public IReadOnlyCollection<ClientChannel> Find(string group) =>
        _groups.TryGetValue(group, out var channels) ? [.. channels.Values] : [];

    /// <summary>The connection of a client that has said it produces.</summary>
    public ClientChannel? FindClient(string clientId) => _byClientId.GetValueOrDefault(clientId);

    public void Register(string group, ClientChannel channel)
    {
        _ofConnections.Add(channel.Link, group);
        var channels = _groups.GetOrAdd(group, static _ => new ConcurrentDictionary<IClientLink, ClientChannel>());
        var known = channels.GetOrAdd(channel.Link, channel);
        known.LastUpdateMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        _byClientId[channel.ClientId] = known;
        if (channel.Link.IsGone)
        {
            // Whoever removed it may have done so before it was here.
            Remove(channel.Link);
        }
    }

    public void Unregister(string group, IClientLink link)
    {
        _ofConnections.Remove(link, group);
        Leave(group, link);
    }

    private void Leave(string group, IClientLink link)
    {
        if (!_groups.TryGetValue(group, out var channels) || !channels.TryRemove(link, out var channel))
        {
            return;
        }

        _byClientId.TryRemove(KeyValuePair.Create(channel.ClientId, channel));
        if (channels.IsEmpty)
        {
            _groups.TryRemove(KeyValuePair.Create(group, channels));
        }
    }

    public void Remove(IClientLink link)
    {
        foreach (var group in _ofConnections.Take(link))
        {
            Leave(group, link);
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
                channel.Link.End($"no heartbeat for {options.ChannelExpiredTimeout} ms");
                Unregister(group, channel.Link);
            }
        }
    }
}
