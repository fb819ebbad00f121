using RocketMQ.Controller.Sets;

namespace RocketMQ.Controller.Etcd;

/// <summary>Sets as they were seen last: of news that come by several ways the one of the highest revision counts.</summary>
internal sealed class SeenSets
{
    private readonly Lock _lock = new();
    private Dictionary<string, (BrokerSet? Set, long Revision)> _sets = new(StringComparer.Ordinal);

    public IReadOnlyCollection<BrokerSet> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _sets.Values.Select(each => each.Set).OfType<BrokerSet>()];
            }
        }
    }

    public BrokerSet? Find(string name)
    {
        lock (_lock)
        {
            return _sets.GetValueOrDefault(name).Set;
        }
    }

    /// <param name="set">None: it was removed.</param>
    public void See(string name, BrokerSet? set, long revision)
    {
        lock (_lock)
        {
            if (_sets.GetValueOrDefault(name).Revision <= revision)
            {
                _sets[name] = (set, revision);
            }
        }
    }

    /// <summary>All there are at a revision.</summary>
    public void SeeAll(IReadOnlyDictionary<string, (BrokerSet Set, long Revision)> there, long revision)
    {
        lock (_lock)
        {
            var newer = _sets.Where(each => each.Value.Revision > revision).ToList();
            _sets = there.ToDictionary(each => each.Key, each => ((BrokerSet?)each.Value.Set, each.Value.Revision), StringComparer.Ordinal);
            newer.ForEach(each => _sets[each.Key] = each.Value);
        }
    }
}
