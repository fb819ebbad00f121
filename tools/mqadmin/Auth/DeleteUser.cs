using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class DeleteUser : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _name;

    public DeleteUser()
        : base("deleteUser", "Deletes a user.", "-n localhost:9876 -c DefaultCluster -u billing")
    {
        _target = Target();
        _name = Required<string>("u", "username", "The user's name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Access.DeleteUserAsync(address, call.Get(_name), cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"delete user to {address} success.");
        }
    }
}
