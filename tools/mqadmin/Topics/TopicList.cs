using System.CommandLine;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class TopicList : Verb
{
    private readonly Option<bool> _withClusters;

    public TopicList()
        : base("topicList", "Lists all topics that the name server knows.", "-n localhost:9876 -c")
    {
        _withClusters = Flag("c", "clusterModel", "With the cluster of each topic and the groups that consume it.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topics = (await call.Admin.Topics.ListAsync(cancellationToken).ConfigureAwait(false)).Order(StringComparer.Ordinal).ToList();
        if (!call.Get(_withClusters))
        {
            call.Report.List("topics");
            foreach (var topic in topics)
            {
                call.Report.Item("topics", topic, topic);
            }

            return;
        }

        var rows = new List<(string Cluster, string Topic, string Group)>();
        foreach (var topic in topics.Where(t => !TopicNames.BelongsToGroup(t)))
        {
            call.Progress.Show("topic", rows.Count, topics.Count);
            rows.AddRange(await RowsAsync(call.Admin, topic, cancellationToken).ConfigureAwait(false));
        }

        call.Progress.Clear();
        call.Report.Table(
            "topics",
            rows,
            new("#Cluster Name", "clusterName", r => r.Cluster),
            new("#Topic", "topic", r => r.Topic),
            new("#Consumer Group", "consumerGroup", r => r.Group));
    }

    /// <summary>One row a group; one with an empty group for a topic that nobody consumes or that is gone by now.</summary>
    private static async Task<IEnumerable<(string Cluster, string Topic, string Group)>> RowsAsync(
        AdminClient admin, string topic, CancellationToken cancellationToken)
    {
        try
        {
            var route = await admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
            var broker = route.BrokerDatas.FirstOrDefault() ?? new BrokerData();
            var cluster = broker.Cluster;
            IReadOnlyCollection<string> groups = BrokerNode.AddressOf(broker) is { } address
                ? await admin.Topics.GetGroupsAsync(address, topic, cancellationToken).ConfigureAwait(false)
                : [];
            return groups.Order(StringComparer.Ordinal).DefaultIfEmpty("").Select(group => (cluster, topic, group));
        }
        catch (RocketMQException)
        {
            return [("", topic, "")];
        }
    }
}
