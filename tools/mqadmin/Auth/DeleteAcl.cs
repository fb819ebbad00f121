using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class DeleteAcl : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _subject;
    private readonly Option<string?> _resource;

    public DeleteAcl()
        : base("deleteAcl", "Deletes what a user was allowed or denied.", "-n localhost:9876 -c DefaultCluster -s User:billing -r Topic:Orders")
    {
        _target = Target();
        _subject = Required<string>("s", "subject", "Who, as User:name.");
        _resource = Optional<string?>("r", "resources", "Only for this resource.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Access.DeleteRulesAsync(address, call.Get(_subject), call.Get(_resource), cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"delete acl to {address} success.");
        }
    }
}
