
namespace RocketMQ.Client.Routing;

/// <summary>Where a topic's messages are written and read, in the order of broker name and queue number.</summary>
internal sealed class TopicRoute
{
    private const int PermRead = 4;
    private const int PermWrite = 2;

    private TopicRoute(IReadOnlyList<MessageQueue> writeQueues, IReadOnlyList<MessageQueue> readQueues, IReadOnlyList<BrokerEndpoints> brokers)
    {
        WriteQueues = writeQueues;
        ReadQueues = readQueues;
        Brokers = brokers;
    }

    /// <summary>Queues that take messages: the broker has a master and the topic's permission to write.</summary>
    public IReadOnlyList<MessageQueue> WriteQueues { get; }

    public IReadOnlyList<MessageQueue> ReadQueues { get; }

    public IReadOnlyList<BrokerEndpoints> Brokers { get; }

    /// <summary>Whether slaves alone are left of a broker.</summary>
    public bool LacksMaster => Brokers.Any(broker => broker.Master is null);

    public static TopicRoute From(string topic, TopicRouteData data)
    {
        var brokers = data.BrokerDatas
            .Select(b => new BrokerEndpoints(b.BrokerName, b.Cluster, b.BrokerAddrs))
            .ToList();
        var withMaster = brokers.Where(b => b.Master is not null).Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        var queues = data.QueueDatas.OrderBy(q => q.BrokerName, StringComparer.Ordinal).ToList();
        var read = queues.Where(q => (q.Perm & PermRead) != 0).SelectMany(q => Queues(topic, q.BrokerName, q.ReadQueueNums)).ToList();
        var write = string.IsNullOrEmpty(data.OrderTopicConf)
            ? queues.Where(q => (q.Perm & PermWrite) != 0 && withMaster.Contains(q.BrokerName))
                .SelectMany(q => Queues(topic, q.BrokerName, q.WriteQueueNums)).ToList()
            : OrderedQueues(topic, data.OrderTopicConf);
        return new TopicRoute(write, read, brokers);
    }

    /// <summary>
    /// The route a topic will get when the first message makes it: that of the topic it is modelled on, with no more queues than asked for.
    /// </summary>
    public TopicRoute AsModelFor(string topic, int queueNums) =>
        new(
            [.. WriteQueues.Where(q => q.QueueId < queueNums).Select(q => new MessageQueue(topic, q.BrokerName, q.QueueId))],
            [],
            Brokers);

    public bool SameAs(TopicRoute other) =>
        WriteQueues.SequenceEqual(other.WriteQueues)
        && ReadQueues.SequenceEqual(other.ReadQueues)
        && Brokers.Count == other.Brokers.Count
        && Brokers.Zip(other.Brokers).All(pair => pair.First.Name == pair.Second.Name && pair.First.SameAs(pair.Second));

    private static IEnumerable<MessageQueue> Queues(string topic, string brokerName, int count) =>
        Enumerable.Range(0, count).Select(id => new MessageQueue(topic, brokerName, id));

    /// <summary><c>broker-a:4;broker-b:4</c>: an ordered topic keeps its queues even while a broker is away, so that keys stay where they are.</summary>
    private static List<MessageQueue> OrderedQueues(string topic, string conf) =>
        [.. conf.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split(':'))
            .Where(part => part.Length == 2 && int.TryParse(part[1], out _))
            .SelectMany(part => Queues(topic, part[0], int.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture)))];
}
