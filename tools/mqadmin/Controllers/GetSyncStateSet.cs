using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

internal sealed class GetSyncStateSet : ControllerVerb
{
    private readonly Option<string?> _name;
    private readonly Option<string?> _cluster;
    private readonly Repetition _repetition;

    public GetSyncStateSet()
        : base("getSyncStateSet", "Shows who leads broker sets, and which of their brokers keep up.", "-b broker-a")
    {
        _name = Optional<string?>("b", "brokerName", "A set.");
        _cluster = Optional<string?>("c", "clusterName", "All sets of a cluster.");
        _repetition = Repeat("Seconds between two looks; one when absent.");
        Rule(arguments => string.IsNullOrWhiteSpace(arguments.GetValue(_name)) && string.IsNullOrWhiteSpace(arguments.GetValue(_cluster))
            ? "getSyncStateSet needs -b with a broker set or -c with a cluster."
            : null);
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) => _repetition.RunAsync(call, () => ShowAsync(call, cancellationToken), cancellationToken);

    private async Task ShowAsync(Call call, CancellationToken cancellationToken)
    {
        var names = call.Get(_name) is { Length: > 0 } name ? [name] : await NamesAsync(call, call.Get(_cluster)!, cancellationToken).ConfigureAwait(false);
        var sets = await call.Admin.Controllers.GetSyncStateSetsAsync(Addresses(call).First(), names, cancellationToken).ConfigureAwait(false);
        if (sets.Count == 0)
        {
            throw new VerbFailedException($"The controller knows no broker set {string.Join(", ", names)}.");
        }

        foreach (var (set, info) in sets.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            call.Report.Item(
                "sets",
                $"\n#brokerName\t{set}\n#MasterBrokerId\t{info.MasterBrokerId}\n#MasterAddr\t{info.MasterAddress}\n#MasterEpoch\t{info.MasterEpoch}"
                + $"\n#SyncStateSetEpoch\t{info.SyncStateSetEpoch}\n#SyncStateSetNums\t{info.InSyncReplicas.Count}"
                + string.Concat(info.InSyncReplicas.Select(each => $"\n\nInSyncReplica:\t{Describe(each)}"))
                + string.Concat(info.NotInSyncReplicas.Select(each => $"\n\nNotInSyncReplica:\t{Describe(each)}")),
                new { brokerName = set, info });
        }
    }

    private static async Task<List<string>> NamesAsync(Call call, string cluster, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        return info.ClusterAddrTable.TryGetValue(cluster, out var names) ? [.. names] : throw new VerbFailedException($"The name server knows no cluster {cluster}.");
    }

    private static string Describe(ReplicaIdentity replica) =>
        $"ReplicaIdentity{{brokerName='{replica.BrokerName}', brokerId={replica.BrokerId}, brokerAddress='{replica.BrokerAddress}', alive={(replica.Alive ? "true" : "false")}}}";
}
