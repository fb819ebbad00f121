using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>
/// Which brokers live and what they hold. Changes take the lock; a route that has been asked for is kept ready and read without it,
/// until a change that touches it.
/// </summary>
internal sealed class RouteTable(LiveOptions options, TimeProvider time, ILogger<RouteTable> logger)
{
    /// <summary>Topics through which the brokers of a name find each other see the masters as they are.</summary>
    private const string MemberGroupTopicPrefix = "rmq_sys_SYNC_BROKER_MEMBER_";

    /// <summary>Of brokers that leave together, those that are logged singly: the log is written under the lock.</summary>
    private const int MaxTold = 20;

    /// <summary>Of one broker; nobody has had any since Apache's 4.3.</summary>
    private const int MaxFilterServers = 64;

    private readonly Lock _lock = new();
    private readonly TopicTable _topics = new();
    private readonly Dictionary<string, Broker> _brokers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _clusters = new(StringComparer.Ordinal);
    private readonly LiveTable _live = new();
    private readonly Dictionary<BrokerKey, List<string>> _filterServers = [];
    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);

    /// <summary>Raised after the change, outside the lock.</summary>
    public event Action<SmallestIdChange>? SmallestIdChanged;

    /// <summary>Takes a broker's word for its address and topics.</summary>
    public RegistrationResult Register(BrokerRegistration registration)
    {
        SmallestIdChange? change;
        RegistrationResult result;
        lock (_lock)
        {
            result = Register(registration, out change);
        }

        Raise(change);
        return result;
    }

    /// <summary>A broker stops, or is taken for stopped.</summary>
    public void Unregister(string cluster, string address, string name)
    {
        SmallestIdChange? change;
        lock (_lock)
        {
            Log.BrokerUnregistered(logger, name, cluster, address);
            var gone = new HashSet<string>(StringComparer.Ordinal);
            change = Remove(new BrokerKey(cluster, address), name, gone);
            ForgetNames(gone);
        }

        Raise(change);
    }

    /// <summary>Unregisters the brokers that registered over a connection which is gone.</summary>
    public void RemoveConnection(RemotingConnection connection) =>
        RemoveLive(() => _live.Of(connection), (key, live) => Log.BrokerDisconnected(logger, key.Cluster, key.Address, live.Connection.CloseReason));

    /// <summary>Unregisters the brokers that have been silent for longer than they said they would be.</summary>
    public void RemoveSilent()
    {
        var silent = RemoveLive(
            () => _live.All.Where(each => time.GetElapsedTime(each.Value.LastHeardTimestamp) > each.Value.Timeout),
            (key, live) => Log.BrokerExpired(logger, key.Cluster, key.Address, live.Timeout.TotalMilliseconds));
        var speaking = silent.Count > 0 ? Speaking() : [];
        foreach (var broker in silent.Where(broker => !speaking.Contains(broker.Connection)))
        {
            broker.Connection.Close($"its broker was not heard for {broker.Timeout.TotalMilliseconds:0} ms");
        }

        RemoveOldNames();
    }

    /// <summary>
    /// Takes the old name from an address that registers under another: nobody would miss it, for the address goes on being heard. Not at once,
    /// as a broker that is silent is not gone at once.
    /// </summary>
    private void RemoveOldNames()
    {
        List<SmallestIdChange> changes = [];
        lock (_lock)
        {
            var old = (
                from broker in _brokers.Values
                from address in broker.Addresses.Values
                let registrant = broker.RegistrantOf(address)
                let key = new BrokerKey(registrant.Cluster, address)
                let live = _live.Find(key)
                where live is not null && live.Name != broker.Name && time.GetElapsedTime(registrant.Timestamp) > live.Timeout
                select (key, broker.Name, NewName: live.Name)).ToArray();
            var gone = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, name, newName) in old)
            {
                Log.OldNameRemoved(logger, name, key.Cluster, key.Address, newName);
                changes.AddRange(RemoveAddress(key, name, gone) is { } change ? [change] : []);
            }

            ForgetNames(gone);
        }

        changes.ForEach(Raise);
    }

    /// <summary>The connections over which brokers that live registered.</summary>
    private HashSet<RemotingConnection> Speaking()
    {
        lock (_lock)
        {
            return [.. _live.All.Select(each => each.Value.Connection)];
        }
    }

    /// <summary>A broker was heard, though it changes nothing.</summary>
    public void Touch(string cluster, string address)
    {
        lock (_lock)
        {
            if (_live.Find(new BrokerKey(cluster, address)) is { } live)
            {
                live.LastHeardTimestamp = time.GetTimestamp();
            }
        }
    }

    /// <summary>The state of the topics that a broker registered last; null for one that is not known.</summary>
    public DataVersion? DataVersionOf(string cluster, string address)
    {
        lock (_lock)
        {
            return _live.Find(new BrokerKey(cluster, address))?.DataVersion;
        }
    }

    /// <summary>The route of a topic; null when no broker of it is known.</summary>
    public Route? Find(string topic)
    {
        if (_routes.TryGetValue(topic, out var route))
        {
            return route;
        }

        lock (_lock)
        {
            if (BuildRoute(topic) is not { } data)
            {
                return null;
            }

            // Under the lock: a change that came in between would leave it stale for good.
            return _routes[topic] = new Route(data);
        }
    }

    /// <summary>Drops what is kept ready, when an option that routes depend on has changed.</summary>
    public void ForgetRoutes()
    {
        lock (_lock)
        {
            _routes.Clear();
        }
    }

    /// <summary>Queues of a topic that somebody else than its broker's registration tells of.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="queues">Its queues on each broker.</param>
    /// <param name="full">Why it was not registered where that is for want of room.</param>
    /// <returns>False when a broker of them is not known, or there is no room; nothing changed.</returns>
    public bool RegisterTopic(string topic, IReadOnlyList<QueueData> queues, out string? full)
    {
        lock (_lock)
        {
            full = WhyNoRoom(queues.Count(q => !_topics.Has(topic, q.BrokerName)));
            if (full is not null || !queues.All(q => _brokers.ContainsKey(q.BrokerName)))
            {
                return false;
            }

            foreach (var data in queues)
            {
                _topics.Put(topic, data);
            }

            _routes.TryRemove(topic, out _);
            return true;
        }
    }

    /// <param name="topic">The topic.</param>
    /// <param name="cluster">Whose brokers forget it; null or empty: everybody's.</param>
    public void DeleteTopic(string topic, string? cluster)
    {
        lock (_lock)
        {
            if (string.IsNullOrEmpty(cluster))
            {
                _topics.Remove(topic);
            }
            else if (_clusters.TryGetValue(cluster, out var brokers))
            {
                foreach (var broker in brokers)
                {
                    _topics.Remove(topic, broker);
                }
            }

            _routes.TryRemove(topic, out _);
        }
    }

    /// <returns>How many topics of the broker were changed.</returns>
    public int ChangePermission(string broker, Func<int, int> change)
    {
        lock (_lock)
        {
            _routes.Clear();
            return _topics.ChangePermission(broker, change);
        }
    }

    public TopicList AllTopics() => List(() => _topics.Names);

    public TopicList TopicsOfCluster(string cluster) =>
        List(() => _clusters.TryGetValue(cluster, out var brokers) ? brokers.SelectMany(_topics.OfBroker) : []);

    /// <summary>Topics whose system flag passes.</summary>
    public TopicList TopicsWithFlag(Func<int, bool> passes) => List(() => _topics.WithFlag(passes));

    /// <summary>The names of clusters and brokers, each of which is a topic, and a broker that knows the other system topics.</summary>
    public TopicList SystemTopics()
    {
        lock (_lock)
        {
            return new TopicList
            {
                Topics = [.. _clusters.SelectMany(c => c.Value.Prepend(c.Key))],
                BrokerAddr = _brokers.Values.FirstOrDefault(b => b.Addresses.Count > 0)?.Addresses.First().Value,
            };
        }
    }

    public ClusterInfo Clusters()
    {
        lock (_lock)
        {
            return new ClusterInfo
            {
                BrokerAddrTable = _brokers.ToDictionary(b => b.Key, b => b.Value.ToData()),
                ClusterAddrTable = _clusters.ToDictionary(c => c.Key, c => c.Value.ToHashSet(StringComparer.Ordinal)),
            };
        }
    }

    public BrokerMemberGroup MembersOf(string cluster, string name)
    {
        lock (_lock)
        {
            return new BrokerMemberGroup
            {
                Cluster = cluster,
                BrokerName = name,
                BrokerAddrs = _brokers.TryGetValue(name, out var broker) ? new Dictionary<long, string>(broker.Addresses) : [],
            };
        }
    }

    private TopicList List(Func<IEnumerable<string>> topics)
    {
        lock (_lock)
        {
            return new TopicList { Topics = [.. topics()] };
        }
    }

    private void Raise(SmallestIdChange? change)
    {
        if (change is not null)
        {
            SmallestIdChanged?.Invoke(change);
        }
    }

    private RegistrationResult Register(BrokerRegistration registration, out SmallestIdChange? change)
    {
        change = null;
        var key = new BrokerKey(registration.Cluster, registration.Address);
        var broker = _brokers.GetValueOrDefault(registration.Name);
        var heldAddress = broker?.Addresses.GetValueOrDefault(registration.Id);
        if (heldAddress is not null && heldAddress != registration.Address
            && _live.Find(new BrokerKey(registration.Cluster, heldAddress)) is { } holder
            && holder.DataVersion.StateVersion > registration.Topics.DataVersion.StateVersion)
        {
            // Two brokers claim one id; the one with the newer epoch keeps it.
            Log.RegistrationConflict(logger, registration.Name, registration.Id, registration.Address, heldAddress);
            _live.Remove(key);
            return new RegistrationResult(Accepted: true);
        }

        if (heldAddress is null && registration.Topics.TopicConfigTable.Count == 1)
        {
            // One topic is news for a route that exists; taken for all there is it would hide the others.
            return new RegistrationResult(Accepted: false);
        }

        if (WhyNoRoom(registration, key, isNewName: broker is null) is { } full)
        {
            Log.RegistrationFull(logger, registration.Name, registration.Address, full);
            return new RegistrationResult(Accepted: false, Reason: full);
        }

        broker ??= _brokers[registration.Name] = new Broker(registration.Cluster, registration.Name);
        var smallestIdBefore = broker.Addresses.Count > 0 ? broker.SmallestId : 0;
        UpdateBroker(broker, registration, heldAddress);
        UpdateTopics(broker, registration, isNew: heldAddress is null, before: _live.Find(key)?.DataVersion);
        UpdateFilterServers(key, registration.FilterServers);
        if (_live.Find(key) is null)
        {
            Log.BrokerRegistered(logger, registration.Name, registration.Id, registration.Cluster, registration.Address);
        }

        _live.Put(key, new LiveBroker(registration, time.GetTimestamp()));
        if (registration.Id < smallestIdBefore)
        {
            change = new SmallestIdChange(broker.Name, [.. broker.Addresses], null, registration.HaAddress);
        }

        return registration.Id != Broker.MasterId
            && broker.Addresses.TryGetValue(Broker.MasterId, out var master)
            && _live.Find(new BrokerKey(registration.Cluster, master)) is { } liveMaster
                ? new RegistrationResult(true, master, liveMaster.HaAddress)
                : new RegistrationResult(true);
    }

    /// <summary>Whoever reaches a name server may register: what it keeps of that has an end.</summary>
    private string? WhyNoRoom(BrokerRegistration registration, BrokerKey key, bool isNewName)
    {
        var limits = options.Current;
        if ((isNewName && _brokers.Count >= limits.MaxBrokerNum) || (_live.Find(key) is null && _live.Count >= limits.MaxBrokerNum))
        {
            return $"there is no room for another broker: the limit is {limits.MaxBrokerNum} (maxBrokerNum)";
        }

        if (registration.FilterServers?.Count > MaxFilterServers)
        {
            return $"{registration.FilterServers.Count} filter servers are more than the limit of {MaxFilterServers}";
        }

        return WhyNoRoom(_topics.CountNew(registration.Topics.TopicConfigTable.Keys, registration.Topics.TopicQueueMappingInfoMap.Keys, registration.Name));
    }

    private string? WhyNoRoom(int newTopics) => newTopics > 0 && _topics.Count + newTopics > options.Current.MaxTopicNum
        ? $"there is no room for {newTopics} more topics of a broker: the limit is {options.Current.MaxTopicNum} (maxTopicNum)"
        : null;

    private void UpdateBroker(Broker broker, BrokerRegistration registration, string? heldAddress)
    {
        if (heldAddress is not null)
        {
            _live.ForgetName(new BrokerKey(broker.RegistrantOf(heldAddress).Cluster, heldAddress), broker.Name);
        }

        var changed = broker.RemoveAddress(registration.Address, keptId: registration.Id)
            | heldAddress != registration.Address
            | broker.EnableActingMaster != (registration.EnableActingMaster ?? false)
            | broker.Zone != registration.Zone;
        _live.NoteName(new BrokerKey(registration.Cluster, registration.Address), broker.Name);
        broker.SetAddress(registration.Id, registration.Address, new(registration.Cluster, time.GetTimestamp()));
        broker.EnableActingMaster = registration.EnableActingMaster ?? false;
        broker.Zone = registration.Zone;
        if (!_clusters.TryGetValue(registration.Cluster, out var names))
        {
            _clusters[registration.Cluster] = names = new SortedSet<string>(StringComparer.Ordinal);
        }

        names.Add(broker.Name);
        if (changed)
        {
            _routes.Clear();
        }
    }

    /// <summary>The master speaks for its name; where brokers know of acting masters, so does the slave with the smallest id.</summary>
    private void UpdateTopics(Broker broker, BrokerRegistration registration, bool isNew, DataVersion? before)
    {
        var isMaster = registration.Id == Broker.MasterId;
        if (!isMaster && (registration.EnableActingMaster is null || registration.Id != broker.SmallestId))
        {
            return;
        }

        var topics = registration.Topics;
        if (options.Current.DeleteTopicWithBrokerRegistration && topics.TopicQueueMappingInfoMap.Count == 0)
        {
            foreach (var gone in _topics.OfBroker(broker.Name).Where(t => !topics.TopicConfigTable.ContainsKey(t)).ToArray())
            {
                _topics.Remove(gone, broker.Name);
                _routes.TryRemove(gone, out _);
            }
        }

        var isChanged = isNew || before != topics.DataVersion;
        var permission = isMaster || !broker.EnableActingMaster ? ~0 : ~Permission.Write;
        foreach (var (name, topic) in topics.TopicConfigTable)
        {
            // Unchanged ones are left: their write permission may have been wiped by an operator.
            if (topic is not null && (isChanged || !_topics.Has(name, broker.Name)) && _topics.Put(name, ToQueueData(broker.Name, topic, permission)))
            {
                _routes.TryRemove(name, out _);
            }
        }

        if (isChanged)
        {
            foreach (var (name, mapping) in topics.TopicQueueMappingInfoMap)
            {
                if (_topics.Find(name) is null || (mapping.Bname is not null && mapping.Bname != broker.Name))
                {
                    // No route would show it, and nobody would take it back.
                    continue;
                }

                _topics.PutMapping(name, mapping);
                _routes.TryRemove(name, out _);
            }
        }
    }

    private static QueueData ToQueueData(string broker, TopicConfig topic, int permission) => new()
    {
        BrokerName = broker,
        ReadQueueNums = topic.ReadQueueNums,
        WriteQueueNums = topic.WriteQueueNums,
        Perm = topic.Perm & permission,
        TopicSysFlag = topic.TopicSysFlag,
    };

    private void UpdateFilterServers(BrokerKey key, IReadOnlyList<string>? servers)
    {
        if (servers is null || (servers.Count == 0 && !_filterServers.ContainsKey(key)))
        {
            return;
        }

        _filterServers.Remove(key);
        if (servers.Count > 0)
        {
            _filterServers[key] = [.. servers];
        }

        _routes.Clear();
    }

    private List<LiveBroker> RemoveLive(Func<IEnumerable<KeyValuePair<BrokerKey, LiveBroker>>> who, Action<BrokerKey, LiveBroker> report)
    {
        List<SmallestIdChange> changes = [];
        List<LiveBroker> removed = [];
        lock (_lock)
        {
            var gone = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, live) in who().ToArray())
            {
                if (removed.Count < MaxTold)
                {
                    report(key, live);
                }

                removed.Add(live);
                changes.AddRange(NamesOf(key).Select(name => Remove(key, name, gone)).OfType<SmallestIdChange>());
                _live.Forget(key);
            }

            ForgetNames(gone);
        }

        if (removed.Count > MaxTold)
        {
            Log.MoreBrokersLeft(logger, removed.Count - MaxTold);
        }

        changes.ForEach(Raise);
        return removed;
    }

    /// <summary>The names that a broker registered; one that has gone to another cluster is heard there.</summary>
    private string[] NamesOf(BrokerKey key) =>
        [.. _live.NamesOf(key).Where(name => _brokers.TryGetValue(name, out var broker) && broker.RegistrantOf(key.Address).Cluster == key.Cluster)];

    /// <param name="key">Who leaves.</param>
    /// <param name="name">One of its names.</param>
    /// <param name="gone">Takes the name if nobody has it any more: <see cref="ForgetNames"/> does the rest.</param>
    private SmallestIdChange? Remove(BrokerKey key, string name, HashSet<string> gone)
    {
        _live.Remove(key);
        _filterServers.Remove(key);
        return RemoveAddress(key, name, gone);
    }

    private SmallestIdChange? RemoveAddress(BrokerKey key, string name, HashSet<string> gone)
    {
        _routes.Clear();
        _live.ForgetName(key, name);
        if (!_brokers.TryGetValue(name, out var broker))
        {
            return null;
        }

        var smallestBefore = broker.Addresses.First();
        broker.RemoveAddress(key.Address);
        if (broker.Addresses.Count == 0)
        {
            _brokers.Remove(name);
            gone.Add(name);
            return null;
        }

        if (!broker.EnableActingMaster)
        {
            return null;
        }

        if (!broker.HasMaster)
        {
            _topics.ChangePermission(name, permission => permission & ~Permission.Write);
        }

        return smallestBefore.Value == key.Address ? new SmallestIdChange(name, [.. broker.Addresses], key.Address, null) : null;
    }

    /// <summary>Takes names that nobody has any more out of topics and clusters, all in one pass.</summary>
    private void ForgetNames(HashSet<string> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        _topics.RemoveBrokers(gone);
        foreach (var (cluster, names) in _clusters.ToArray())
        {
            if (names.RemoveWhere(gone.Contains) > 0 && names.Count == 0)
            {
                _clusters.Remove(cluster);
            }
        }
    }

    private TopicRouteData? BuildRoute(string topic)
    {
        if (_topics.Find(topic) is not { } queues)
        {
            return null;
        }

        var actingMasters = options.Current.SupportActingMaster && !topic.StartsWith(MemberGroupTopicPrefix, StringComparison.Ordinal);
        var brokers = queues.Keys.Select(name => _brokers.GetValueOrDefault(name)).OfType<Broker>().ToList();
        if (brokers.Count == 0)
        {
            return null;
        }

        return new TopicRouteData
        {
            QueueDatas = [.. queues.Values],
            BrokerDatas = [.. brokers.Select(b => actingMasters && NeedsActingMaster(b, queues[b.Name]) ? b.ToDataWithActingMaster() : b.ToData())],
            FilterServerTable = FilterServersOf(brokers),
            TopicQueueMappingByBroker = _topics.MappingOf(topic),
        };
    }

    /// <summary>Only for reading: while the topic can still be written, a producer would take the slave for a master.</summary>
    private static bool NeedsActingMaster(Broker broker, QueueData queues) =>
        broker is { EnableActingMaster: true, HasMaster: false, Addresses.Count: > 0 } && (queues.Perm & Permission.Write) == 0;

    private Dictionary<string, List<string>> FilterServersOf(IEnumerable<Broker> brokers) => brokers
        .SelectMany(b => b.Addresses.Values.Select(address => (address, servers: _filterServers.GetValueOrDefault(new BrokerKey(b.Cluster, address)))))
        .Where(a => a.servers is not null)
        .ToDictionary(a => a.address, a => a.servers!);
}
