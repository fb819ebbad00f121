using System.CommandLine;

namespace RocketMQ.MqAdmin.Auth;

internal sealed class ListUser : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string?> _filter;

    public ListUser()
        : base("listUser", "Lists users.", "-n localhost:9876 -c DefaultCluster")
    {
        _target = Target();
        _filter = Optional<string?>("f", "filter", "Only names that contain this.");
    }

    /// <summary>The brokers of a cluster have the same users: the first that has any tells.</summary>
    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        IReadOnlyList<UserInfo> users = [];
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            users = await call.Admin.Access.ListUsersAsync(address, call.Get(_filter), cancellationToken).ConfigureAwait(false);
            if (users.Count > 0)
            {
                break;
            }
        }

        UserTable.Write(call.Report, users.OrderBy(u => u.Username, StringComparer.Ordinal));
    }
}
