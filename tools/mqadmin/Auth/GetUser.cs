using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class GetUser : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _name;

    public GetUser()
        : base("getUser", "Shows a user.", "-n localhost:9876 -c DefaultCluster -u billing")
    {
        _target = Target();
        _name = Required<string>("u", "username", "The user's name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            if (await call.Admin.Access.GetUserAsync(address, call.Get(_name), cancellationToken).ConfigureAwait(false) is { } user)
            {
                UserTable.Write(call.Report, [user]);
                return;
            }
        }

        throw new VerbFailedException($"There is no user '{call.Get(_name)}'. mqadmin listUser shows those there are.");
    }
}
