using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Consumers;

/// <summary>The groups that each connection is in: one that ends concerns those alone, however many there are.</summary>
internal sealed class LinkGroups
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IClientLink, HashSet<string>> _groups = [];

    public void Add(IClientLink link, string group)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(link, out var groups))
            {
                _groups[link] = groups = new HashSet<string>(StringComparer.Ordinal);
            }

            groups.Add(group);
        }
    }

    public void Remove(IClientLink link, string group)
    {
        lock (_lock)
        {
            if (_groups.TryGetValue(link, out var groups) && groups.Remove(group) && groups.Count == 0)
            {
                _groups.Remove(link);
            }
        }
    }

    /// <summary>Forgets a link.</summary>
    /// <returns>The groups it was in.</returns>
    public IReadOnlyCollection<string> Take(IClientLink link)
    {
        lock (_lock)
        {
            return _groups.Remove(link, out var groups) ? groups : [];
        }
    }
}
