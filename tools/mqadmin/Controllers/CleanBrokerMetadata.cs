using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

internal sealed class CleanBrokerMetadata : ControllerVerb
{
    private readonly Option<string?> _ids;
    private readonly Option<string> _name;
    private readonly Option<string?> _cluster;
    private readonly Option<bool> _living;

    public CleanBrokerMetadata()
        : base("cleanBrokerMetadata", "Has controllers forget brokers that are gone for good.", "-bn broker-a -b 2 -c DefaultCluster")
    {
        _ids = Optional<string?>("b", "brokerControllerIdsToClean", "Ids at the controller, joined by semicolons; the whole set when absent.");
        _name = Required<string>("bn", "brokerName", "Their set.");
        _cluster = Optional<string?>("c", "clusterName", "The set's cluster.");
        _living = Flag("l", "cleanLivingBroker", "Forget living ones, too.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var name = call.Get(_name);
        await call.Admin.Controllers.CleanAsync(Addresses(call).First(), call.Get(_cluster), name, call.Get(_ids), call.Get(_living), cancellationToken).ConfigureAwait(false);
        call.Report.Done(name, $"clear broker {name} metadata from controller success!");
    }
}
