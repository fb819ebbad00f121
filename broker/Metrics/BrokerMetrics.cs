using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Metrics;

/// <summary>What the broker as a whole has and serves.</summary>
/// <param name="options">The broker's settings.</param>
/// <param name="topics">Its topics.</param>
/// <param name="groups">Its consumer groups.</param>
/// <param name="servers">Its listeners.</param>
/// <param name="waiting">Requests that wait now, by Apache's name of their queue.</param>
internal sealed class BrokerMetrics(
    BrokerOptions options, TopicTable topics, SubscriptionGroups groups, IReadOnlyList<RemotingServer> servers,
    IReadOnlyList<(string Processor, Func<int> Count)> waiting) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        metrics.Gauge("rocketmq_broker_permission", "Broker permission: 4 read, 2 write").Add(options.BrokerPermission);
        metrics.Gauge("rocketmq_topic_number", "Topics").Add(topics.All.Count);
        metrics.Gauge("rocketmq_consumer_group_number", "Consumer groups that are configured").Add(groups.All.Count);
        metrics.Gauge("rocketmq_active_connection", "Open client connections").Add(servers.Sum(s => s.ConnectionCount));
        var watermark = metrics.Gauge("rocketmq_processor_watermark", "Requests that wait to be served, or long pulls that wait for a message");
        foreach (var (processor, count) in waiting)
        {
            watermark.Add(count(), ("processor", processor));
        }
    }
}
