using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class UpdateUser : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _name;
    private readonly Option<string?> _password;
    private readonly Option<string?> _type;
    private readonly Option<string?> _status;

    public UpdateUser()
        : base("updateUser", "Changes a user's password, type or status.", "-n localhost:9876 -c DefaultCluster -u billing -s disable")
    {
        _target = Target();
        _name = Required<string>("u", "username", "The user's name.");
        _password = Optional<string?>("p", "password", "A new password.");
        _type = Optional<string?>("t", "userType", "Super or Normal.");
        _status = Optional<string?>("s", "userStatus", "enable or disable.");
        Rule(given => given.Has(_password) || given.Has(_type) || given.Has(_status) ? null : "Give what to change: -p, -t or -s.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var user = new UserInfo { Username = call.Get(_name), Password = call.Get(_password), UserType = call.Get(_type), UserStatus = call.Get(_status) };
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Access.UpdateUserAsync(address, user, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"update user to {address} success.");
        }
    }
}
