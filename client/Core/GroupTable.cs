using System.Collections.Concurrent;

namespace RocketMQ.Client.Core;

/// <summary>The groups this client is in, at most once each: brokers tell members of a group apart by client id alone.</summary>
internal sealed class GroupTable
{
    private readonly ConcurrentDictionary<string, IProducerMember> _producers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IConsumerMember> _consumers = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> ProducerGroups => (IReadOnlyCollection<string>)_producers.Keys;

    public IReadOnlyCollection<IConsumerMember> Consumers => (IReadOnlyCollection<IConsumerMember>)_consumers.Values;

    /// <exception cref="InvalidOperationException">The group has a producer already.</exception>
    public void AddProducer(IProducerMember producer)
    {
        if (!_producers.TryAdd(producer.Group, producer))
        {
            throw new InvalidOperationException($"This client has a producer of group '{producer.Group}' already. Share it, or give this one another group.");
        }
    }

    /// <exception cref="InvalidOperationException">The group has a consumer already.</exception>
    public void AddConsumer(IConsumerMember consumer)
    {
        if (!_consumers.TryAdd(consumer.Group, consumer))
        {
            throw new InvalidOperationException(
                $"This client has a consumer of group '{consumer.Group}' already. Raise its MaxConcurrency, or make another RocketMQClient for a second one.");
        }
    }

    public bool RemoveProducer(IProducerMember producer) => _producers.TryRemove(KeyValuePair.Create(producer.Group, producer));

    public bool RemoveConsumer(IConsumerMember consumer) => _consumers.TryRemove(KeyValuePair.Create(consumer.Group, consumer));

    public IProducerMember? Producer(string group) => _producers.GetValueOrDefault(group);

    public IConsumerMember? Consumer(string group) => _consumers.GetValueOrDefault(group);
}
