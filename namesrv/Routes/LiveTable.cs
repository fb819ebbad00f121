using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>
/// The brokers that are heard, by address and by the connection they registered over, and the names they took: a connection that closes must not
/// cost a look at every broker there is, for anybody may open and close them by the thousand. Not for concurrent use.
/// </summary>
internal sealed class LiveTable
{
    private readonly Dictionary<BrokerKey, LiveBroker> _brokers = [];
    private readonly Dictionary<RemotingConnection, HashSet<BrokerKey>> _byConnection = [];
    private readonly Dictionary<BrokerKey, HashSet<string>> _names = [];

    public int Count => _brokers.Count;

    public IEnumerable<KeyValuePair<BrokerKey, LiveBroker>> All => _brokers;

    public LiveBroker? Find(BrokerKey key) => _brokers.GetValueOrDefault(key);

    /// <summary>Those that registered last over this connection.</summary>
    public IEnumerable<KeyValuePair<BrokerKey, LiveBroker>> Of(RemotingConnection connection) =>
        _byConnection.TryGetValue(connection, out var keys) ? keys.Select(key => KeyValuePair.Create(key, _brokers[key])) : [];

    public void Put(BrokerKey key, LiveBroker live)
    {
        if (_brokers.TryGetValue(key, out var before) && before.Connection != live.Connection)
        {
            Remove(_byConnection, before.Connection, key);
        }

        _brokers[key] = live;
        Add(_byConnection, live.Connection, key);
    }

    /// <summary>Its names stay until they are forgotten.</summary>
    public void Remove(BrokerKey key)
    {
        if (_brokers.Remove(key, out var live))
        {
            Remove(_byConnection, live.Connection, key);
        }
    }

    /// <summary>Takes it out with its names.</summary>
    public void Forget(BrokerKey key)
    {
        Remove(key);
        _names.Remove(key);
    }

    /// <summary>Names that this broker took, and nobody from it.</summary>
    public IEnumerable<string> NamesOf(BrokerKey key) => _names.GetValueOrDefault(key) ?? [];

    public void NoteName(BrokerKey key, string name) => Add(_names, key, name);

    public void ForgetName(BrokerKey key, string name) => Remove(_names, key, name);

    private static void Add<TKey, TValue>(Dictionary<TKey, HashSet<TValue>> index, TKey key, TValue value)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var values))
        {
            index[key] = values = [];
        }

        values.Add(value);
    }

    private static void Remove<TKey, TValue>(Dictionary<TKey, HashSet<TValue>> index, TKey key, TValue value)
        where TKey : notnull
    {
        if (index.TryGetValue(key, out var values) && values.Remove(value) && values.Count == 0)
        {
            index.Remove(key);
        }
    }
}
