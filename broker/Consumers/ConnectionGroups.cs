using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers;

/// <summary>The groups that each connection is in: one that ends concerns those alone, however many there are.</summary>
internal sealed class ConnectionGroups
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RemotingConnection, HashSet<string>> _groups = [];

    public void Add(RemotingConnection connection, string group)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(connection, out var groups))
            {
                _groups[connection] = groups = new HashSet<string>(StringComparer.Ordinal);
            }

            groups.Add(group);
        }
    }

    public void Remove(RemotingConnection connection, string group)
    {
        lock (_lock)
        {
            if (_groups.TryGetValue(connection, out var groups) && groups.Remove(group) && groups.Count == 0)
            {
                _groups.Remove(connection);
            }
        }
    }

    /// <summary>Forgets a connection.</summary>
    /// <returns>The groups it was in.</returns>
    public IReadOnlyCollection<string> Take(RemotingConnection connection)
    {
        lock (_lock)
        {
            return _groups.Remove(connection, out var groups) ? groups : [];
        }
    }
}
