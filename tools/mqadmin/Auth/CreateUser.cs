using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class CreateUser : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _name;
    private readonly Option<string> _password;
    private readonly Option<string?> _type;

    public CreateUser()
        : base("createUser", "Creates a user.", "-n localhost:9876 -c DefaultCluster -u billing -p secret123 -t Normal")
    {
        _target = Target();
        _name = Required<string>("u", "username", "The user's name.");
        _password = Required<string>("p", "password", "The password, which requests are signed with.");
        _type = Optional<string?>("t", "userType", "Super or Normal (Normal).");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var user = new UserInfo { Username = call.Get(_name), Password = call.Get(_password), UserType = call.Get(_type) };
        foreach (var address in await _target.MastersAndSlavesAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Access.CreateUserAsync(address, user, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"create user to {address} success.");
        }
    }
}
