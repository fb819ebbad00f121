using System.CommandLine;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class DeleteTopic : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _cluster;

    public DeleteTopic()
        : base("deleteTopic", "Deletes a topic and its messages from a cluster.", "-n localhost:9876 -c DefaultCluster -t Orders")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _cluster = Required<string>("c", "clusterName", "The cluster.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (topic, cluster) = (call.Get(_topic), call.Get(_cluster));
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        await DeleteAsync(call.Admin, BrokerNode.Masters(info, cluster), cluster, topic, cancellationToken).ConfigureAwait(false);
        call.Report.Done(cluster, $"delete topic [{topic}] from cluster [{cluster}] success.");
        call.Report.Done(string.Join(';', call.Admin.NameServers), $"delete topic [{topic}] from NameServer success.");
    }

    /// <summary>From the brokers first: a broker that still has the topic would register it again.</summary>
    public static async Task DeleteAsync(AdminClient admin, IEnumerable<string> masters, string cluster, string topic, CancellationToken cancellationToken)
    {
        foreach (var address in masters)
        {
            await admin.Topics.DeleteAsync(address, topic, cancellationToken).ConfigureAwait(false);
        }

        await admin.Topics.DeleteFromNameServersAsync(topic, cluster, cancellationToken).ConfigureAwait(false);
    }
}
