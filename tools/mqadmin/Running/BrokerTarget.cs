using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>The brokers that a verb works on: one by its address, or those of a cluster.</summary>
internal sealed class BrokerTarget
{
    private readonly Option<string?> _broker;
    private readonly Option<string?> _cluster;

    /// <param name="addRule">Takes what must hold between the two.</param>
    /// <param name="broker">The option that names a broker.</param>
    /// <param name="cluster">The option that names a cluster.</param>
    /// <param name="rule">How many of them are wanted.</param>
    public BrokerTarget(Action<Func<ParseResult, string?>> addRule, Option<string?> broker, Option<string?> cluster, TargetRule rule)
    {
        _broker = BrokerAddress.Check(broker);
        _cluster = cluster;
        addRule(given => (given.Has(broker), given.Has(cluster)) switch
        {
            (false, false) when rule != TargetRule.OneOrAll => "Name a broker with -b host:port, or a cluster with -c (mqadmin clusterList shows both).",
            (true, true) when rule == TargetRule.One => "Give either -b or -c, not both.",
            _ => null,
        });
    }

    /// <summary>The broker given, if one was.</summary>
    public string? Broker(Call call) => call.Get(_broker);

    /// <summary>The cluster given, if one was.</summary>
    public string? Cluster(Call call) => call.Get(_cluster);

    /// <summary>The broker given, or the masters of the cluster.</summary>
    public async Task<IReadOnlyList<string>> MastersAsync(Call call, CancellationToken cancellationToken) =>
        Broker(call) is { } broker
            ? [broker]
            : [.. (await BrokersAsync(call, cancellationToken).ConfigureAwait(false)).Where(b => b.IsMaster).Select(b => b.Address)];

    /// <summary>The broker given, or the masters and slaves of the cluster.</summary>
    public async Task<IReadOnlyList<string>> MastersAndSlavesAsync(Call call, CancellationToken cancellationToken) =>
        Broker(call) is { } broker
            ? [broker]
            : [.. (await BrokersAsync(call, cancellationToken).ConfigureAwait(false)).Select(b => b.Address)];

    /// <summary>The processes of the cluster, or of all.</summary>
    public async Task<IReadOnlyList<BrokerNode>> BrokersAsync(Call call, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        return BrokerNode.Of(info, Cluster(call));
    }
}
