namespace RocketMQ.MqAdmin.Brokers;

internal sealed class BrokerStatus : Verb
{
    private readonly BrokerTarget _target;

    public BrokerStatus()
        : base("brokerStatus", "Shows what brokers report of themselves: versions, rates, disk use, queues.", "-n localhost:9876 -b 10.0.0.1:10911")
    {
        _target = Target();
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var ofCluster = _target.Broker(call) is null;
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            var info = await call.Admin.Cluster.GetRuntimeInfoAsync(address, cancellationToken).ConfigureAwait(false);
            var values = info.OrderBy(v => v.Key, StringComparer.Ordinal).ToList();
            var lines = ofCluster ? values.Select(v => KeyValuePair.Create($"{address,-24} {v.Key,-32}", v.Value)) : values;
            call.Report.Item("brokers", Format.Lines(lines, 32, ": "), new { address, info = values.ToDictionary() });
        }
    }
}
