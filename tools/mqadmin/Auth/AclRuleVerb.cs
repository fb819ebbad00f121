using System.CommandLine;
using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.Auth;

/// <summary>A verb that puts one rule for several resources on every broker of its target.</summary>
internal abstract class AclRuleVerb : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _subject;
    private readonly Option<string> _resources;
    private readonly Option<string> _actions;
    private readonly Option<string?> _sourceIps;
    private readonly Option<string> _decision;

    private readonly string _done;

    protected AclRuleVerb(string name, string description, string done)
        : base(name, description, "-n localhost:9876 -c DefaultCluster -s User:billing -r Topic:Orders,Group:billing -a Sub -d Allow")
    {
        _done = done;
        _target = Target();
        _subject = Required<string>("s", "subject", "Who, as User:name.");
        _resources = Required<string>("r", "resources", "On what, joined by ',': Topic:name, Topic:prefix*, Group:name, Cluster:name.");
        _actions = Required<string>("a", "actions", "What, joined by ',': Pub, Sub, Create, Update, Delete, Get, List, All.");
        _sourceIps = Optional<string?>("i", "sourceIp", "From where, joined by ','; from anywhere when absent.");
        _decision = Required<string>("d", "decision", "Allow or Deny.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var rules = RuleText.Rules(call.Get(_subject), call.Get(_resources), call.Get(_actions), call.Get(_sourceIps), call.Get(_decision));
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await PutAsync(call.Admin.Access, address, rules, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"{_done} to {address} success.");
        }
    }

    protected abstract Task PutAsync(AccessAdmin access, string brokerAddress, AclInfo rules, CancellationToken cancellationToken);
}
