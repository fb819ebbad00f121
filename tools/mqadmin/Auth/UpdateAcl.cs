using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class UpdateAcl() : AclRuleVerb("updateAcl", "Changes what a user may do with resources.", "update acl")
{
    protected override Task PutAsync(AccessAdmin access, string brokerAddress, AclInfo rules, CancellationToken cancellationToken) =>
        access.UpdateRulesAsync(brokerAddress, rules, cancellationToken);
}
