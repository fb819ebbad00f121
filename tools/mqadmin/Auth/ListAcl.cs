using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class ListAcl : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string?> _subject;
    private readonly Option<string?> _resource;

    public ListAcl()
        : base("listAcl", "Lists what users may do.", "-n localhost:9876 -c DefaultCluster -r Topic:Orders")
    {
        _target = Target();
        _subject = Optional<string?>("s", "subject", "Only subjects that contain this.");
        _resource = Optional<string?>("r", "resource", "Only resources that contain this.");
    }

    /// <summary>The brokers of a cluster have the same rules: the first that has any tells.</summary>
    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        IReadOnlyList<AclInfo> rules = [];
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            rules = await call.Admin.Access.ListRulesAsync(address, call.Get(_subject), call.Get(_resource), cancellationToken).ConfigureAwait(false);
            if (rules.Count > 0)
            {
                break;
            }
        }

        RuleTable.Write(call.Report, rules.OrderBy(r => r.Subject, StringComparer.Ordinal));
    }
}
