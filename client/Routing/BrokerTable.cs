using System.Collections.Concurrent;

namespace RocketMQ.Client.Routing;

/// <summary>Brokers by name, as the routes in use tell them.</summary>
internal sealed class BrokerTable
{
    private readonly ConcurrentDictionary<string, BrokerEndpoints> _brokers = new(StringComparer.Ordinal);

    public IEnumerable<BrokerEndpoints> All => _brokers.Values;

    public void Put(BrokerEndpoints broker) => _brokers[broker.Name] = broker;

    public bool Knows(string brokerName) => _brokers.ContainsKey(brokerName);

    /// <summary>Forgets the brokers that no route names any more.</summary>
    public void Keep(ISet<string> names)
    {
        foreach (var name in _brokers.Keys.Where(n => !names.Contains(n)))
        {
            _brokers.TryRemove(name, out _);
        }
    }

    /// <exception cref="RouteNotFoundException">The broker is unknown or has no master.</exception>
    public string Master(string brokerName) =>
        _brokers.GetValueOrDefault(brokerName)?.Master
        ?? throw new RouteNotFoundException($"No master is known of broker '{brokerName}'. Is it running and registered with the name servers?");

    /// <summary>The address of a broker id, or of any when that one is unknown: the master first, then slaves.</summary>
    /// <exception cref="RouteNotFoundException">The broker is unknown.</exception>
    public (string Address, long BrokerId) Reader(string brokerName, long brokerId)
    {
        if (_brokers.GetValueOrDefault(brokerName) is { Addresses.Count: > 0 } broker)
        {
            var id = broker.Addresses.ContainsKey(brokerId) ? brokerId : broker.Addresses.Keys.Min();
            return (broker.Addresses[id], id);
        }

        throw new RouteNotFoundException($"Broker '{brokerName}' is unknown. Is it running and registered with the name servers?");
    }
}
