using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

internal sealed class GetBrokerEpoch : Verb
{
    private readonly Option<string?> _name;
    private readonly Option<string?> _cluster;
    private readonly Repetition _repetition;

    public GetBrokerEpoch()
        : base("getBrokerEpoch", "Shows which master wrote which part of the log, as each broker of a set has it.", "-n localhost:9876 -b broker-a")
    {
        _name = Optional<string?>("b", "brokerName", "A set.");
        _cluster = Optional<string?>("c", "clusterName", "All sets of a cluster.");
        _repetition = Repeat("Seconds between two looks; one when absent.");
        Rule(arguments => string.IsNullOrWhiteSpace(arguments.GetValue(_name)) && string.IsNullOrWhiteSpace(arguments.GetValue(_cluster))
            ? "getBrokerEpoch needs -b with a broker set or -c with a cluster."
            : null);
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) => _repetition.RunAsync(call, () => ShowAsync(call, cancellationToken), cancellationToken);

    private async Task ShowAsync(Call call, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var brokers = BrokerNode.Of(info, call.Get(_cluster)).Where(broker => call.Get(_name) is not { Length: > 0 } name || broker.Name == name).ToList();
        if (brokers.Count == 0)
        {
            throw new VerbFailedException($"The name server knows no broker set {call.Get(_name)}.");
        }

        foreach (var broker in brokers)
        {
            var epochs = await call.Admin.Brokers.GetEpochsAsync(broker.Address, cancellationToken).ConfigureAwait(false);
            call.Report.Item(
                "brokers",
                $"\n#clusterName\t{epochs.ClusterName}\n#brokerName\t{epochs.BrokerName}\n#brokerAddr\t{broker.Address}\n#brokerId\t{epochs.BrokerId}"
                + string.Concat(epochs.EpochList.Select(entry => $"\n#Epoch: {Describe(entry, epochs.MaxOffset)}")),
                new { brokerAddr = broker.Address, epochs });
        }
    }

    private static string Describe(EpochEntryCache.Entry entry, long end) =>
        $"EpochEntry{{epoch={entry.Epoch}, startOffset={entry.StartOffset}, endOffset={(entry.EndOffset == long.MaxValue ? end : entry.EndOffset)}}}";
}
