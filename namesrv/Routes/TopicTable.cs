using RocketMQ.Protocol.Bodies;

namespace RocketMQ.NameServer.Routes;

/// <summary>Topic → broker name → queues. Not for concurrent use: <see cref="RouteTable"/> guards it.</summary>
internal sealed class TopicTable
{
    private readonly Dictionary<string, SortedDictionary<string, QueueData>> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, TopicQueueMappingInfo>> _mappings = new(StringComparer.Ordinal);

    /// <summary>Broker name → its topics: a broker that comes or goes must not cost a look at everybody's.</summary>
    private readonly Dictionary<string, HashSet<string>> _byBroker = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _topics.Keys;

    /// <summary>Topics, each counted once for each of its brokers; their queue mappings likewise.</summary>
    public int Count { get; private set; }

    /// <summary>How many of these would be new.</summary>
    public int CountNew(IEnumerable<string> topics, IEnumerable<string> mappings, string broker) =>
        topics.Count(topic => !Has(topic, broker)) + mappings.Count(topic => !_mappings.ContainsKey(topic));

    /// <summary>The queues of a topic by broker name; null for an unknown topic.</summary>
    public IReadOnlyDictionary<string, QueueData>? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>Which queues of a static topic its brokers hold, by broker name; null for all other topics.</summary>
    public Dictionary<string, TopicQueueMappingInfo>? MappingOf(string topic) =>
        _mappings.TryGetValue(topic, out var byBroker) ? new Dictionary<string, TopicQueueMappingInfo>(byBroker) : null;

    public bool Has(string topic, string broker) => _topics.TryGetValue(topic, out var queues) && queues.ContainsKey(broker);

    public IEnumerable<string> OfBroker(string broker) => _byBroker.GetValueOrDefault(broker) ?? [];

    /// <summary>Topics whose system flag, on the first of their brokers, passes.</summary>
    public IEnumerable<string> WithFlag(Func<int, bool> passes) =>
        _topics.Where(t => passes(t.Value.First().Value.TopicSysFlag)).Select(t => t.Key);

    /// <returns>False when this is what the table holds already.</returns>
    public bool Put(string topic, QueueData queues)
    {
        if (!_topics.TryGetValue(topic, out var byBroker))
        {
            _topics[topic] = byBroker = new SortedDictionary<string, QueueData>(StringComparer.Ordinal);
        }

        if (byBroker.TryGetValue(queues.BrokerName, out var held) && held == queues)
        {
            return false;
        }

        if (held is null)
        {
            Count++;
            if (!_byBroker.TryGetValue(queues.BrokerName, out var topics))
            {
                _byBroker[queues.BrokerName] = topics = new HashSet<string>(StringComparer.Ordinal);
            }

            topics.Add(topic);
        }

        byBroker[queues.BrokerName] = queues;
        return true;
    }

    public void PutMapping(string topic, TopicQueueMappingInfo mapping)
    {
        if (!_mappings.TryGetValue(topic, out var byBroker))
        {
            _mappings[topic] = byBroker = new Dictionary<string, TopicQueueMappingInfo>(StringComparer.Ordinal);
        }

        Count += byBroker.ContainsKey(mapping.Bname ?? "") ? 0 : 1;
        byBroker[mapping.Bname ?? ""] = mapping;
    }

    public void Remove(string topic)
    {
        if (_topics.Remove(topic, out var queues))
        {
            Count -= queues.Count;
            foreach (var broker in queues.Keys)
            {
                ForgetTopicOf(broker, topic);
            }
        }

        Count -= _mappings.Remove(topic, out var mappings) ? mappings.Count : 0;
    }

    /// <summary>Takes a broker out of a topic, and the topic out of the table when that was its last.</summary>
    public void Remove(string topic, string broker)
    {
        if (!_topics.TryGetValue(topic, out var queues) || !queues.Remove(broker))
        {
            return;
        }

        Count--;
        ForgetTopicOf(broker, topic);
        if (queues.Count == 0)
        {
            Remove(topic);
        }
    }

    public void RemoveBrokers(HashSet<string> brokers)
    {
        foreach (var broker in brokers)
        {
            foreach (var topic in OfBroker(broker).ToArray())
            {
                Remove(topic, broker);
            }
        }
    }

    /// <returns>How many topics the broker has.</returns>
    public int ChangePermission(string broker, Func<int, int> change)
    {
        var count = 0;
        foreach (var queues in OfBroker(broker).Select(topic => _topics[topic]))
        {
            queues[broker] = queues[broker] with { Perm = change(queues[broker].Perm) };
            count++;
        }

        return count;
    }

    private void ForgetTopicOf(string broker, string topic)
    {
        if (_byBroker.TryGetValue(broker, out var topics) && topics.Remove(topic) && topics.Count == 0)
        {
            _byBroker.Remove(broker);
        }
    }
}
