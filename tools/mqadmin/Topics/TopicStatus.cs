using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class TopicStatus : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string?> _routeTopic;

    public TopicStatus()
        : base("topicStatus", "Shows the extent of each queue of a topic.", "-n localhost:9876 -t Orders")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _routeTopic = Optional<string?>("c", "cluster", "A cluster or a topic whose brokers are asked, for a light queue that has no route of its own.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topic = call.Get(_topic);
        var route = await call.Admin.Topics.GetRouteAsync(call.Get(_routeTopic) ?? topic, cancellationToken).ConfigureAwait(false);
        var queues = new List<KeyValuePair<MessageQueue, TopicOffset>>();
        var putTps = 0.0;
        foreach (var address in route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>())
        {
            var stats = await call.Admin.Topics.GetStatsAsync(address, topic, cancellationToken).ConfigureAwait(false);
            queues.AddRange(stats.OffsetTable);
            putTps += stats.TopicPutTps;
        }

        if (queues.Count == 0)
        {
            throw new VerbFailedException($"Topic '{topic}' has no queues that could be read on the brokers of its route.");
        }

        call.Report.Table(
            "queues",
            queues.OrderBy(q => q.Key),
            new("#Broker Name", "brokerName", q => q.Key.BrokerName),
            new("#QID", "queueId", q => q.Key.QueueId),
            new("#Min Offset", "minOffset", q => q.Value.MinOffset),
            new("#Max Offset", "maxOffset", q => q.Value.MaxOffset),
            new("#Last Updated", "lastUpdated", q => Format.Time(q.Value.LastUpdateTimestamp)));
        call.Report.Value("topicPutTps", "Topic Put TPS", putTps);
    }
}
