using System.CommandLine;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class UpdateBrokerConfig : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<bool> _all;
    private readonly Option<string> _key;
    private readonly Option<string> _value;

    public UpdateBrokerConfig()
        : base("updateBrokerConfig", "Changes a key of the configuration of running brokers.", "-n localhost:9876 -b 10.0.0.1:10911 -k fileReservedTime -v 48")
    {
        _target = Target(TargetRule.AtLeastOne);
        _all = Optional("a", "updateAllBroker", "Whether the slaves of the cluster too.", false);
        _key = Required<string>("k", "key", "The key.");
        _value = Required<string>("v", "value", "Its new value.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var addresses = call.Get(_all)
            ? await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false)
            : await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            await call.Admin.Brokers.UpdateConfigAsync(address, [new(call.Get(_key), call.Get(_value))], cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"update broker config success, {address}");
        }
    }
}
