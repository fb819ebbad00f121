using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Statistics.Remoting;

/// <summary>GET_BROKER_CONSUME_STATS (317): how far every group is in every topic it consumes, or in the ordered ones.</summary>
internal sealed class BrokerConsumeStatsHandler(
    SubscriptionGroups groups, ConsumerOffsets offsets, ConsumerTable consumers, TopicTable topics, GroupProgress progress,
    string brokerAddress) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var isOrder = context.Request.ReadHeader<GetConsumeStatsInBrokerRequestHeader>().IsOrder;
        var all = groups.All.Keys.Select(group => (Group: group, Stats: StatsOf(group, isOrder))).ToList();
        var queues = all.SelectMany(group => group.Stats).SelectMany(stats => stats.OffsetTable.Values).ToList();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new ConsumeStatsList
        {
            BrokerAddr = brokerAddress,
            Groups = [.. all.Select(group => new Dictionary<string, List<ConsumeStats>> { [group.Group] = group.Stats })],
            TotalDiff = queues.Sum(queue => queue.BrokerOffset - queue.ConsumerOffset),
            TotalInflightDiff = queues.Sum(queue => queue.PullOffset - queue.ConsumerOffset),
        })));
    }

    private List<ConsumeStats> StatsOf(string group, bool isOrder)
    {
        var result = new List<ConsumeStats>();
        var members = consumers.Find(group);
        foreach (var name in offsets.TopicsOf(group))
        {
            if (topics.TryGet(name, out var topic) && (topic.Order || !isOrder)
                && (members is not { Subscriptions.Count: > 0 } || members.Subscription(name) is not null))
            {
                result.Add(progress.In(topic, group));
            }
        }

        return result;
    }
}
