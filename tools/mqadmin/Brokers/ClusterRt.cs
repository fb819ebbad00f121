using System.CommandLine;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class ClusterRt : Verb
{
    private readonly Option<int> _amount;
    private readonly Option<int> _size;
    private readonly Option<string?> _cluster;
    private readonly Option<bool> _asLog;
    private readonly Option<string> _room;
    private readonly Repetition _repetition;

    public ClusterRt()
        : base("clusterRT", "Sends messages to each broker's own topic, over and over, and shows the average time.", "-n localhost:9876 -a 10 -i 5")
    {
        _amount = Optional("a", "amount", "Messages a round and broker.", 100);
        _size = Optional("s", "size", "Bytes of each message.", 128);
        _cluster = Optional<string?>("c", "cluster", "Only this cluster.");
        _asLog = Optional("p", "printLog", "Lines for a log: time|room|cluster|broker|ms.", false);
        _room = Optional("m", "machineRoom", "The room in those lines.", "noname");
        _repetition = Repeat("Seconds between two rounds (10).", intervalS: 10);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var producer = call.Client.CreateProducer(new ProducerOptions { Group = "PID_CLUSTER_RT" });
        await using (producer.ConfigureAwait(false))
        {
            await _repetition.RunAsync(call, () => ProbeAsync(call, producer, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ProbeAsync(Call call, Producer producer, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<(BrokerNode Broker, IReadOnlyList<ProbeResult> Results)>();
        foreach (var broker in BrokerNode.Of(info, call.Get(_cluster)).DistinctBy(b => b.Name))
        {
            call.Progress.Show($"sending to {broker.Name}");
            var probe = new SendProbe(producer, broker.Name, call.Get(_size));
            var results = new List<ProbeResult>();
            await foreach (var result in probe.SendAsync(call.Get(_amount), selector: null, cancellationToken).ConfigureAwait(false))
            {
                results.Add(result);
            }

            rows.Add((broker, results));
        }

        call.Progress.Clear();
        if (call.Get(_asLog))
        {
            foreach (var (broker, results) in rows)
            {
                var line = $"{call.Time.GetLocalNow():yyyy-MM-dd HH:mm:ss}|{call.Get(_room)}|{broker.Cluster}|{broker.Name}|{ProbeResult.AverageMs(results):0}";
                call.Report.Item("lines", line, line);
            }

            return;
        }

        call.Report.Table(
            "brokers",
            rows,
            new("#Cluster Name", "clusterName", r => r.Broker.Cluster),
            new("#Broker Name", "brokerName", r => r.Broker.Name),
            new("#RT", "rtMs", r => ProbeResult.AverageMs(r.Results)),
            new("#successCount", "successCount", r => r.Results.Count(p => p.IsSent)),
            new("#failCount", "failCount", r => r.Results.Count(p => !p.IsSent)));
    }
}
