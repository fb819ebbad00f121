using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>The brokers of a topic, by name, and what the route says of the topic at each.</summary>
internal sealed record TopicBrokers(IReadOnlyDictionary<string, string> Addresses, IReadOnlyDictionary<string, QueueData> Queues)
{
    public static async Task<TopicBrokers> OfAsync(AdminClient admin, string topic, CancellationToken cancellationToken)
    {
        var route = await admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return new TopicBrokers(
            route.BrokerDatas.Where(b => b.BrokerAddrs.Count > 0).ToDictionary(b => b.BrokerName, b => BrokerNode.AddressOf(b)!),
            route.QueueDatas.GroupBy(q => q.BrokerName).ToDictionary(q => q.Key, q => q.First()));
    }
}
