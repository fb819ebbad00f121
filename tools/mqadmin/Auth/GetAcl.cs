using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class GetAcl : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _subject;

    public GetAcl()
        : base("getAcl", "Shows what a user may do.", "-n localhost:9876 -c DefaultCluster -s User:billing")
    {
        _target = Target();
        _subject = Required<string>("s", "subject", "Who, as User:name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            if (await call.Admin.Access.GetRulesAsync(address, call.Get(_subject), cancellationToken).ConfigureAwait(false) is { } rules)
            {
                RuleTable.Write(call.Report, [rules]);
                return;
            }
        }

        throw new VerbFailedException($"There are no rules for '{call.Get(_subject)}'. mqadmin listAcl shows those there are.");
    }
}
