using RocketMQ.Protocol.Bodies;

namespace RocketMQ.NameServer.Routes;

/// <summary>The master and the slaves that share a broker name.</summary>
internal sealed class Broker(string cluster, string name)
{
    public const long MasterId = 0;

    /// <summary>By address, who registered it under this name last.</summary>
    private readonly Dictionary<string, Registrant> _registrants = new(StringComparer.Ordinal);

    /// <param name="Cluster">The cluster it named.</param>
    /// <param name="Timestamp">When.</param>
    public readonly record struct Registrant(string Cluster, long Timestamp);

    public string Cluster { get; } = cluster;

    public string Name { get; } = name;

    /// <summary>By broker id, smallest first.</summary>
    public SortedDictionary<long, string> Addresses { get; } = [];

    public bool EnableActingMaster { get; set; }

    public string? Zone { get; set; }

    public bool HasMaster => Addresses.ContainsKey(MasterId);

    /// <summary>Only for a broker that has addresses.</summary>
    public long SmallestId => Addresses.First().Key;

    /// <summary>Who registered an address of this name last.</summary>
    public Registrant RegistrantOf(string address) => _registrants.GetValueOrDefault(address);

    public void SetAddress(long id, string address, Registrant registrant)
    {
        if (Addresses.TryGetValue(id, out var before))
        {
            _registrants.Remove(before);
        }

        Addresses[id] = address;
        _registrants[address] = registrant;
    }

    public bool RemoveAddress(string address, long? keptId = null)
    {
        var ids = Addresses.Where(a => a.Value == address && a.Key != keptId).Select(a => a.Key).ToArray();
        foreach (var id in ids)
        {
            Addresses.Remove(id);
        }

        if (keptId is null)
        {
            _registrants.Remove(address);
        }

        return ids.Length > 0;
    }

    public BrokerData ToData() => ToData(Addresses);

    /// <summary>The smallest slave in the master's place.</summary>
    public BrokerData ToDataWithActingMaster()
    {
        var addresses = new SortedDictionary<long, string>(Addresses);
        if (addresses.Remove(SmallestId, out var acting))
        {
            addresses[MasterId] = acting;
        }

        return ToData(addresses);
    }

    private BrokerData ToData(SortedDictionary<long, string> addresses) => new()
    {
        Cluster = Cluster,
        BrokerName = Name,
        BrokerAddrs = new Dictionary<long, string>(addresses),
        EnableActingMaster = EnableActingMaster,
        ZoneName = Zone,
    };
}
