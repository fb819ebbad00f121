using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class TopicRoute : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<bool> _asList;

    public TopicRoute()
        : base("topicRoute", "Shows which brokers hold a topic, and in how many queues.", "-n localhost:9876 -t Orders -l")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _asList = Flag("l", "list", "As a table.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var route = await call.Admin.Topics.GetRouteAsync(call.Get(_topic), cancellationToken).ConfigureAwait(false);
        if (!call.Get(_asList))
        {
            call.Report.Document("route", route);
            return;
        }

        var queues = route.QueueDatas.ToDictionary(q => q.BrokerName);
        var brokers = route.BrokerDatas
            .OrderBy(b => b.BrokerName, StringComparer.Ordinal)
            .Select(b => (Broker: b, Queues: queues.GetValueOrDefault(b.BrokerName) ?? new QueueData()))
            .ToList();
        call.Report.Table(
            "brokers",
            brokers,
            new("#ClusterName", "clusterName", r => r.Broker.Cluster),
            new("#BrokerName", "brokerName", r => r.Broker.BrokerName),
            new("#BrokerAddrs", "brokerAddrs", r => r.Broker.BrokerAddrs),
            new("#ReadQueue", "readQueueNums", r => r.Queues.ReadQueueNums),
            new("#WriteQueue", "writeQueueNums", r => r.Queues.WriteQueueNums),
            new("#Perm", "perm", r => r.Queues.Perm));
        call.Report.Value("totalReadQueueNums", "Total read queues", brokers.Sum(b => b.Queues.ReadQueueNums));
        call.Report.Value("totalWriteQueueNums", "Total write queues", brokers.Sum(b => b.Queues.WriteQueueNums));
    }
}
