namespace RocketMQ.MqAdmin.Brokers;

internal sealed class CleanExpiredCq : Verb
{
    private readonly BrokerTarget _target;

    public CleanExpiredCq()
        : base("cleanExpiredCQ", "Deletes consume queue files whose messages are gone.", "-n localhost:9876 -c DefaultCluster")
    {
        _target = Target(TargetRule.OneOrAll, cluster: "cluster");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Brokers.CleanExpiredConsumeQueuesAsync(address, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"success, {address}");
        }
    }
}
