using RocketMQ.Client;
using RocketMQ.MqAdmin.Topics;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Consumers;

/// <summary>Asks every broker that may know a group, and puts the answers together.</summary>
internal sealed class GroupServers(AdminClient admin)
{
    /// <summary>The brokers of the group's retry topic, which each of its members has; all masters when nobody ever was a member.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            var route = await admin.Topics.GetRouteAsync(TopicNames.RetryPrefix + group, cancellationToken).ConfigureAwait(false);
            return [.. route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>()];
        }
        catch (BrokerException e) when (e.Code == ResponseCode.TopicNotExist)
        {
            var info = await admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
            return [.. info.BrokerAddrTable.Values.Select(BrokerNode.AddressOf).OfType<string>()];
        }
    }

    /// <summary>How far the group is in each queue.</summary>
    /// <exception cref="BrokerException">No broker knows the group.</exception>
    public async Task<ConsumeStats> StatsAsync(string group, string? topic, CancellationToken cancellationToken)
    {
        var answers = await AskAsync(group, address => admin.Groups.GetStatsAsync(address, group, topic, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new ConsumeStats
        {
            OffsetTable = answers.SelectMany(a => a.OffsetTable).DistinctBy(q => q.Key).ToDictionary(),
            ConsumeTps = answers.Sum(a => a.ConsumeTps),
        };
    }

    /// <summary>The members of the group and what they subscribe to.</summary>
    /// <param name="broker">Ask this one only.</param>
    /// <exception cref="BrokerException">CONSUMER_NOT_ONLINE (206): nobody is connected.</exception>
    public async Task<ConsumerConnection> ConnectionsAsync(string group, string? broker, CancellationToken cancellationToken)
    {
        if (broker is not null)
        {
            return await admin.Groups.GetConnectionsAsync(broker, group, cancellationToken).ConfigureAwait(false);
        }

        var answers = await AskAsync(group, address => admin.Groups.GetConnectionsAsync(address, group, cancellationToken), cancellationToken).ConfigureAwait(false);
        return answers[0] with
        {
            ConnectionSet = [.. answers.SelectMany(a => a.ConnectionSet).DistinctBy(c => c.ClientId).OrderBy(c => c.ClientId, StringComparer.Ordinal)],
            SubscriptionTable = answers.SelectMany(a => a.SubscriptionTable).DistinctBy(s => s.Key).ToDictionary(),
        };
    }

    /// <summary>What a member tells of itself, by way of a broker that it is connected to.</summary>
    public async Task<ConsumerRunningInfo> RunningInfoAsync(
        string group, string clientId, string? broker, bool withStacks, CancellationToken cancellationToken)
    {
        var addresses = broker is null ? await AddressesAsync(group, cancellationToken).ConfigureAwait(false) : [broker];
        for (var i = 0; i < addresses.Count; i++)
        {
            try
            {
                return await admin.Groups.GetRunningInfoAsync(addresses[i], group, clientId, withStacks, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerException) when (i < addresses.Count - 1)
            {
                // It may be connected to the next.
            }
        }

        throw NoBroker();
    }

    /// <exception cref="VerbFailedException">There is no broker to ask.</exception>
    private async Task<List<T>> AskAsync<T>(string group, Func<string, Task<T>> ask, CancellationToken cancellationToken)
    {
        var answers = new List<T>();
        BrokerException? refusal = null;
        foreach (var address in await AddressesAsync(group, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                answers.Add(await ask(address).ConfigureAwait(false));
            }
            catch (BrokerException e)
            {
                refusal = e;
            }
        }

        return answers.Count > 0 ? answers : throw refusal ?? (Exception)NoBroker();
    }

    private static VerbFailedException NoBroker() => new("No broker is registered with the name server. mqadmin clusterList shows those that are.");
}
