using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

internal sealed class ElectMaster : ControllerVerb
{
    private readonly Option<long> _id;
    private readonly Option<string> _name;
    private readonly Option<string> _cluster;

    public ElectMaster()
        : base("electMaster", "Makes a broker of the sync-state set master of its set.", "-b 2 -bn broker-a -c DefaultCluster")
    {
        _id = Required<long>("b", "brokerId", "The broker's id at the controller.");
        _name = Required<string>("bn", "brokerName", "Its set.");
        _cluster = Required<string>("c", "clusterName", "The set's cluster.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (cluster, name) = (call.Get(_cluster), call.Get(_name));
        var elected = await call.Admin.Controllers.ElectMasterAsync(Addresses(call).First(), cluster, name, call.Get(_id), cancellationToken).ConfigureAwait(false);
        call.Report.Item(
            "elected",
            $"\n#ClusterName\t{cluster}\n#BrokerName\t{name}\n#BrokerMasterAddr\t{elected.MasterAddress}\n#MasterEpoch\t{elected.MasterEpoch}\n#SyncStateSetEpoch\t{elected.SyncStateSetEpoch}",
            new { cluster, broker = name, elected.MasterBrokerId, elected.MasterAddress, elected.MasterEpoch, elected.SyncStateSetEpoch });
    }
}
