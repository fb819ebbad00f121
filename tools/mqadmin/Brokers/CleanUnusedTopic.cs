namespace RocketMQ.MqAdmin.Brokers;

internal sealed class CleanUnusedTopic : Verb
{
    private readonly BrokerTarget _target;

    public CleanUnusedTopic()
        : base("cleanUnusedTopic", "Deletes the consume queues of topics that the broker no longer has.", "-n localhost:9876 -c DefaultCluster")
    {
        _target = Target(TargetRule.OneOrAll, cluster: "cluster");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Brokers.CleanUnusedTopicsAsync(address, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"success, {address}");
        }
    }
}
