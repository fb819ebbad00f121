using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>Finds out which queues of the subscribed topics are this consumer's share. While brokers can't tell, the share stays as it is.</summary>
internal sealed class Rebalancer(
    string group, string clientId, ConsumeMode mode, QueueAllocation allocation, SubscriptionTable subscriptions,
    AssignedQueues assigned, RouteTable routes, BrokerTable brokers, Rpc rpc, ILogger logger)
{
    public async Task RebalanceAsync(CancellationToken cancellationToken)
    {
        foreach (var topic in subscriptions.Topics)
        {
            try
            {
                if (await ShareAsync(topic, cancellationToken).ConfigureAwait(false) is { } share)
                {
                    assigned.Apply(topic, share);
                }
            }
            catch (Exception e) when (e is RemotingException or RocketMQException)
            {
                Log.RebalanceFailed(logger, group, topic, e.Message);
            }
        }

        foreach (var topic in assigned.Topics.Except(subscriptions.Topics))
        {
            assigned.Apply(topic, []);
        }
    }

    /// <returns><see langword="null"/> when it can't be told, because the topic has no route yet.</returns>
    private async Task<IReadOnlyCollection<MessageQueue>?> ShareAsync(string topic, CancellationToken cancellationToken)
    {
        var route = await routes.FindAsync(topic, cancellationToken).ConfigureAwait(false);
        if (route is null || mode == ConsumeMode.Broadcasting)
        {
            return route?.ReadQueues;
        }

        var members = await MembersAsync(route, cancellationToken).ConfigureAwait(false);
        return allocation(clientId, [.. route.ReadQueues.Order()], members);
    }

    /// <summary>The client ids of the group. Every broker of the topic knows them all; any will do.</summary>
    private async Task<IReadOnlyList<string>> MembersAsync(TopicRoute route, CancellationToken cancellationToken)
    {
        var start = Random.Shared.Next(route.Brokers.Count);
        for (var i = 0; ; i++)
        {
            var (address, _) = brokers.Reader(route.Brokers[(start + i) % route.Brokers.Count].Name, BrokerEndpoints.MasterId);
            try
            {
                var request = RemotingCommand.Request(
                    RequestCode.GetConsumerListByGroup, new GetConsumerListByGroupRequestHeader { ConsumerGroup = group });
                var response = await rpc.CallAsync(address, request, cancellationToken).ConfigureAwait(false);
                return [.. RemotingJson.Deserialize<GetConsumerListByGroupResponseBody>(response.Body.FirstSpan).ConsumerIds.Order(StringComparer.Ordinal)];
            }
            catch (Exception e) when (i < route.Brokers.Count - 1 && (e is RemotingException or BrokerException))
            {
                Log.MembersNotTold(logger, group, address, e.Message);
            }
        }
    }
}
