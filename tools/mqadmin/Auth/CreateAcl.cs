using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class CreateAcl() : AclRuleVerb("createAcl", "Allows or denies a user actions on resources.", "create acl")
{
    protected override Task PutAsync(AccessAdmin access, string brokerAddress, AclInfo rules, CancellationToken cancellationToken) =>
        access.CreateRulesAsync(brokerAddress, rules, cancellationToken);
}
