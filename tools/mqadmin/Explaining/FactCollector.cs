using System.Globalization;
using RocketMQ.Client;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Asks name servers, brokers and members for what the rules want to know.</summary>
internal sealed class FactCollector(AdminClient admin, TimeProvider time, CancellationToken cancellationToken)
{
    /// <summary>Members of a group that are asked about themselves.</summary>
    private const int MaxMembersAsked = 64;

    private static readonly string[] Stations = [Stop.DelayTopic, Stop.TimerTopic, Stop.HalfTopic, Stop.GivenUpTopic];

    /// <summary>Everything stored of one message.</summary>
    /// <param name="topic">The topic its producer sent it to.</param>
    /// <param name="id">The producer's id.</param>
    /// <param name="groups">Groups whose retries and dead letters are looked through.</param>
    /// <param name="known">A record that is known already; all there is of a message without a producer's id.</param>
    public async Task<MessageFacts> MessageAsync(string topic, string id, IReadOnlyCollection<string> groups, Stop? known = null)
    {
        var brokers = await TopicBrokers.OfAsync(admin, topic, cancellationToken).ConfigureAwait(false);
        var topics = Stations.Prepend(topic).Concat(groups.SelectMany(g => Stop.RetriesOf(g, topic).Append(Stop.DeadLetterPrefix + g))).ToList();
        var stops = new List<Stop>();
        foreach (var (name, address) in brokers.Addresses)
        {
            var broker = Broker(address);
            foreach (var place in topics)
            {
                stops.AddRange((await broker.FindAsync(place, id, isUniqueKey: true).ConfigureAwait(false)).Select(m => new Stop(name, m)));
            }
        }

        if (known is not null && stops.TrueForAll(s => s.Record.PhysicalOffset != known.Record.PhysicalOffset || s.Broker != known.Broker))
        {
            stops.Add(known);
        }

        var facts = new MessageFacts
        {
            Id = id,
            Topic = topic,
            Now = time.GetUtcNow(),
            Stops = [.. stops.OrderBy(s => s.Record.StoreTimestamp).ThenBy(s => s.Record.PhysicalOffset)],
            DelayLevels = brokers.Addresses.Count == 0 ? [] : await DelayLevelsAsync(brokers.Addresses.Values.First()).ConfigureAwait(false),
        };
        return await WithSurroundingsAsync(facts, brokers).ConfigureAwait(false);
    }

    /// <summary>Ids of the messages of a topic that have a key, wherever on their way they are; records without a producer's id as they are.</summary>
    public async Task<IReadOnlyList<Stop>> FindByKeyAsync(string topic, string key)
    {
        var brokers = await TopicBrokers.OfAsync(admin, topic, cancellationToken).ConfigureAwait(false);
        var found = new List<Stop>();
        foreach (var (name, address) in brokers.Addresses)
        {
            foreach (var place in Stations.Prepend(topic))
            {
                found.AddRange((await Broker(address).FindAsync(place, key, isUniqueKey: false).ConfigureAwait(false)).Select(m => new Stop(name, m)));
            }
        }

        return [.. found.Where(s => s.OriginalTopic == topic).DistinctBy(s => s.Record.MessageId)];
    }

    /// <summary>The record that a broker's own id names; null when the broker has none there.</summary>
    public async Task<Stop?> FindByOffsetIdAsync(string id)
    {
        _ = OffsetMessageId.TryParse(id, out var host, out _);
        var message = await BrokerQuestions.OrNullAsync(admin.Messages.GetAsync(id, cancellationToken)).ConfigureAwait(false);
        if (message is null)
        {
            return null;
        }

        var cluster = await admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var address = host.ToString();
        return new Stop(cluster.BrokerAddrTable.Values.FirstOrDefault(b => b.BrokerAddrs.ContainsValue(address))?.BrokerName ?? address, message);
    }

    /// <summary>The groups that consume a topic, as its brokers know them.</summary>
    public async Task<IReadOnlyList<string>> GroupsOfAsync(string topic)
    {
        var brokers = await TopicBrokers.OfAsync(admin, topic, cancellationToken).ConfigureAwait(false);
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var address in brokers.Addresses.Values)
        {
            groups.UnionWith(await BrokerQuestions.OrNullAsync(admin.Topics.GetGroupsAsync(address, topic, cancellationToken)).ConfigureAwait(false) ?? []);
        }

        return [.. groups.Where(g => g != "TOOLS_CONSUMER" && !g.StartsWith("CID_RMQ_SYS_", StringComparison.Ordinal))];
    }

    public async Task<GroupFacts> GroupAsync(string group, string brokerAddress)
    {
        var configs = await BrokerQuestions.OrNullAsync(admin.Groups.GetConfigsAsync(brokerAddress, cancellationToken)).ConfigureAwait(false);
        var connection = await BrokerQuestions.OrNullAsync(admin.Groups.GetConnectionsAsync(brokerAddress, group, cancellationToken)).ConfigureAwait(false);
        var members = new Dictionary<string, ConsumerRunningInfo>(StringComparer.Ordinal);
        foreach (var client in connection?.ConnectionSet.Select(c => c.ClientId).Distinct().Take(MaxMembersAsked) ?? [])
        {
            if (await BrokerQuestions.OrNullAsync(
                admin.Groups.GetRunningInfoAsync(brokerAddress, group, client, cancellationToken: cancellationToken)).ConfigureAwait(false) is { } info)
            {
                members[client] = info;
            }
        }

        return new GroupFacts
        {
            Group = group, Config = configs?.GetValueOrDefault(group), IsConfigKnown = configs is not null, Connection = connection, Members = members,
        };
    }

    /// <summary>What a group does in the queue that a record is in.</summary>
    public async Task<QueueFacts> QueueAsync(Stop stop, GroupFacts group, string brokerAddress)
    {
        var (topic, queueId) = (stop.Record.Topic, stop.Record.QueueId);
        var broker = Broker(brokerAddress);
        var (min, max) = await broker.ExtentAsync(topic, queueId).ConfigureAwait(false);
        var committed = await broker.OffsetOfAsync(group.Group, topic, queueId).ConfigureAwait(false);
        var stats = await BrokerQuestions.OrNullAsync(admin.Groups.GetStatsAsync(brokerAddress, group.Group, topic, cancellationToken)).ConfigureAwait(false);
        var subscription = group.Connection?.SubscriptionTable.GetValueOrDefault(topic);
        return new QueueFacts
        {
            Queue = stop.Queue,
            Perm = await PermAsync(topic, stop.Broker).ConfigureAwait(false),
            IsForbidden = await broker.IsForbiddenAsync(group.Group, topic).ConfigureAwait(false),
            Min = min,
            Max = max,
            Committed = committed,
            Pulled = stats?.OffsetTable.GetValueOrDefault(stop.Queue) is { PullOffset: > 0 } offsets ? offsets.PullOffset : null,
            Lock = await broker.LockHolderAsync(group.Group, topic, queueId).ConfigureAwait(false),
            SqlPasses = subscription?.ExpressionType == "SQL92"
                ? await broker.PassesAsync(subscription, topic, queueId, stop.Record.QueueOffset).ConfigureAwait(false)
                : null,
            Pop = await PopRecords.FindAsync(broker, group.Group, stop.Queue, stop.Record.QueueOffset).ConfigureAwait(false),
        };
    }

    /// <summary>The message that a group gets next from each queue in which it is behind, of one topic or of all that it consumes.</summary>
    public async Task<IReadOnlyList<(Stop Next, long Behind)>> BacklogAsync(string group, string? topic)
    {
        var backlog = new List<(Stop, long)>();
        var cluster = await admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var node in BrokerNode.Of(cluster, cluster: null).Where(b => b.Id == 0))
        {
            var stats = await BrokerQuestions.OrNullAsync(admin.Groups.GetStatsAsync(node.Address, group, topic, cancellationToken)).ConfigureAwait(false);
            foreach (var (queue, offsets) in stats?.OffsetTable ?? [])
            {
                var next = Math.Max(offsets.ConsumerOffset, 0);
                if (offsets.BrokerOffset > next
                    && await Broker(node.Address).ReadAsync(queue.Topic, queue.QueueId, next, 1).ConfigureAwait(false) is [var message, ..])
                {
                    backlog.Add((new Stop(node.Name, message), offsets.BrokerOffset - next));
                }
            }
        }

        return backlog;
    }

    public async Task<string> AddressAsync(string brokerName)
    {
        var cluster = await admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        return cluster.BrokerAddrTable.GetValueOrDefault(brokerName) is { } broker && BrokerNode.AddressOf(broker) is { } address
            ? address
            : throw new VerbFailedException($"Broker {brokerName} is not registered with the name server.");
    }

    private async Task<MessageFacts> WithSurroundingsAsync(MessageFacts facts, TopicBrokers brokers)
    {
        if (facts.Stops is [.., { Station: Station.Half } half])
        {
            return facts with { Half = await HalfRecords.FindAsync(Broker(brokers.Addresses[half.Broker]), half).ConfigureAwait(false) };
        }

        if (facts.Stops.Count > 0)
        {
            return facts;
        }

        return facts with
        {
            OldestKept = await OldestKeptAsync(facts, brokers).ConfigureAwait(false),
            IdMadeAt = UniqueMessageId.TryParse(facts.Id, out var id) ? id.CreatedAt(facts.Now) : null,
        };
    }

    /// <summary>Null while nothing of the topic was deleted; now, when everything was.</summary>
    private async Task<DateTimeOffset?> OldestKeptAsync(MessageFacts facts, TopicBrokers brokers)
    {
        var hasDeleted = false;
        DateTimeOffset? oldest = null;
        foreach (var (name, queues) in brokers.Queues)
        {
            for (var queueId = 0; queueId < queues.WriteQueueNums && brokers.Addresses.TryGetValue(name, out var address); queueId++)
            {
                hasDeleted |= (await Broker(address).ExtentAsync(facts.Topic, queueId).ConfigureAwait(false)).Min > 0;
                var earliest = await Broker(address).EarliestAsync(facts.Topic, queueId).ConfigureAwait(false);
                oldest = oldest is null || earliest < oldest ? earliest ?? oldest : oldest;
            }
        }

        return hasDeleted ? oldest ?? facts.Now : null;
    }

    private async Task<int?> PermAsync(string topic, string broker)
    {
        try
        {
            return (await TopicBrokers.OfAsync(admin, topic, cancellationToken).ConfigureAwait(false)).Queues.GetValueOrDefault(broker)?.Perm;
        }
        catch (RocketMQException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<TimeSpan>> DelayLevelsAsync(string brokerAddress)
    {
        const string Default = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";
        var config = await BrokerQuestions.OrNullAsync(admin.Brokers.GetConfigAsync(brokerAddress, cancellationToken)).ConfigureAwait(false);
        return [.. (config?.GetValueOrDefault("messageDelayLevel") ?? Default).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Span)];
    }

    private static TimeSpan Span(string text)
    {
        var number = double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
    }

    private BrokerQuestions Broker(string address) => new(admin, address, cancellationToken);
}
