namespace RocketMQ.MqAdmin.Brokers;

internal sealed class DeleteExpiredCommitLog : Verb
{
    private readonly BrokerTarget _target;

    public DeleteExpiredCommitLog()
        : base("deleteExpiredCommitLog", "Deletes commit log files that are past their time, without waiting for the hour of the day.", "-n localhost:9876 -c DefaultCluster")
    {
        _target = Target(TargetRule.OneOrAll, cluster: "cluster");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Brokers.DeleteExpiredCommitLogAsync(address, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"success, {address}");
        }
    }
}
