using System.CommandLine;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class GetConsumerConfig : Verb
{
    private readonly Option<string> _group;

    public GetConsumerConfig()
        : base("getConsumerConfig", "Shows the settings of a consumer group at each broker.", "-n localhost:9876 -g billing")
    {
        _group = Required<string>("g", "groupName", "The group.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var group = call.Get(_group);
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var found = false;
        foreach (var broker in BrokerNode.Of(info, cluster: null).DistinctBy(b => b.Name))
        {
            var groups = await call.Admin.Groups.GetConfigsAsync(broker.Address, cancellationToken).ConfigureAwait(false);
            if (groups.GetValueOrDefault(group) is { } config)
            {
                found = true;
                var values = JsonReport.ToJson(config);
                var lines = values.Children<Newtonsoft.Json.Linq.JProperty>().Select(p => KeyValuePair.Create(p.Name, p.Value.ToString(Newtonsoft.Json.Formatting.None)));
                call.Report.Item(
                    "brokers",
                    $"============================={broker.Cluster}:{broker.Name}=============================\n{Format.Lines(lines, 40, "=  ")}",
                    new { broker.Cluster, broker.Name, config = values });
            }
        }

        if (!found)
        {
            throw new VerbFailedException($"No broker knows a group '{group}'. mqadmin consumerProgress lists the groups there are.");
        }
    }
}
