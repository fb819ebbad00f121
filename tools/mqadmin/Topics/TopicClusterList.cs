using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class TopicClusterList : Verb
{
    private readonly Option<string> _topic;

    public TopicClusterList()
        : base("topicClusterList", "Lists the clusters that hold a topic.", "-n localhost:9876 -t Orders")
    {
        _topic = Required<string>("t", "topic", "The topic.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var route = await call.Admin.Topics.GetRouteAsync(call.Get(_topic), cancellationToken).ConfigureAwait(false);
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var brokers = route.BrokerDatas.Select(b => b.BrokerName).ToHashSet();
        call.Report.List("clusters");
        foreach (var cluster in info.ClusterAddrTable.Where(c => c.Value.Overlaps(brokers)).Select(c => c.Key).Order(StringComparer.Ordinal))
        {
            call.Report.Item("clusters", cluster, cluster);
        }
    }
}
