using RocketMQ.Client;
using RocketMQ.MqAdmin.Consumers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>What became of a message in each group that consumes its topic, as far as offsets and subscriptions tell.</summary>
internal sealed class MessageTracks(AdminClient admin)
{
    public async Task<IReadOnlyList<MessageTrack>> OfAsync(StoredMessage message, CancellationToken cancellationToken)
    {
        var route = await admin.Topics.GetRouteAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var address in route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>())
        {
            groups.UnionWith(await admin.Topics.GetGroupsAsync(address, message.Topic, cancellationToken).ConfigureAwait(false));
        }

        var brokerName = route.BrokerDatas.FirstOrDefault(b => b.BrokerAddrs.ContainsValue(message.StoreHost.ToString()))?.BrokerName;
        return await Task.WhenAll(groups.Select(g => OfAsync(message, brokerName, g, cancellationToken))).ConfigureAwait(false);
    }

    private async Task<MessageTrack> OfAsync(StoredMessage message, string? brokerName, string group, CancellationToken cancellationToken)
    {
        try
        {
            var servers = new GroupServers(admin);
            var members = await servers.ConnectionsAsync(group, broker: null, cancellationToken).ConfigureAwait(false);
            if (members.MessageModel == MessageModel.Broadcasting)
            {
                return new(group, "CONSUME_BROADCASTING");
            }

            if (members.ConsumeType == ConsumeType.ConsumeActively)
            {
                return new(group, "PULL");
            }

            var stats = await servers.StatsAsync(group, message.Topic, cancellationToken).ConfigureAwait(false);
            var isPast = stats.OffsetTable.Any(q =>
                q.Key.QueueId == message.QueueId && q.Key.BrokerName == (brokerName ?? q.Key.BrokerName) && q.Value.ConsumerOffset > message.QueueOffset);
            return new(group, !isPast ? "NOT_CONSUME_YET" : IsWanted(message, members) ? "CONSUMED" : "CONSUMED_BUT_FILTERED");
        }
        catch (BrokerException e)
        {
            return new(group, e.Code == ResponseCode.ConsumerNotOnline ? "NOT_ONLINE" : "UNKNOWN", e.Message);
        }
        catch (RemotingException e)
        {
            return new(group, "UNKNOWN", e.Message);
        }
    }

    private static bool IsWanted(StoredMessage message, ConsumerConnection members) =>
        members.SubscriptionTable.GetValueOrDefault(message.Topic) is not { ExpressionType: "TAG" } subscription
        || subscription.TagsSet.Count == 0
        || subscription.TagsSet.Contains("*")
        || (message.Tags is { } tag && subscription.TagsSet.Contains(tag));
}
