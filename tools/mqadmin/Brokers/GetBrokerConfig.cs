using System.CommandLine;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class GetBrokerConfig : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string?> _key;

    public GetBrokerConfig()
        : base("getBrokerConfig", "Shows the configuration of running brokers.", "-n localhost:9876 -b 10.0.0.1:10911")
    {
        _target = Target(TargetRule.AtLeastOne);
        _key = Optional<string?>("", "key", "Only keys that contain this.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (_target.Broker(call) is { } address)
        {
            await ShowAsync(call, address, address, cancellationToken).ConfigureAwait(false);
            return;
        }

        var brokers = await _target.BrokersAsync(call, cancellationToken).ConfigureAwait(false);
        foreach (var broker in brokers)
        {
            var master = brokers.FirstOrDefault(b => b.Name == broker.Name && b.IsMaster)?.Address;
            var title = broker.IsMaster ? $"Master: {broker.Address}" : $"My Master: {master}=====Slave: {broker.Address}";
            await ShowAsync(call, broker.Address, title, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(Call call, string address, string title, CancellationToken cancellationToken)
    {
        var config = await call.Admin.Brokers.GetConfigAsync(address, cancellationToken).ConfigureAwait(false);
        var shown = config.Where(c => call.Get(_key) is not { } part || c.Key.Contains(part, StringComparison.OrdinalIgnoreCase))
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .ToList();
        call.Report.Item(
            "brokers", $"============{title}============\n{Format.Lines(shown, 50, "=  ")}\n", new { address, config = shown.ToDictionary() });
    }
}
