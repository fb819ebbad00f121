using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>The requests that change users and rules, and the guard before all handlers.</summary>
internal sealed class AccessRequests(BrokerOptions options, AccessControl access)
{
    private readonly AccessGuard _guard = new(options, access.Authorizer, options.AclEnable);

    public ICallers Callers => _guard;

    /// <param name="table">Where the requests are added.</param>
    /// <param name="admin">Where they run: they wait for files.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.AuthCreateUser, Changing(new CreateUserHandler(access.Users)), admin)
        .Add(RequestCode.AuthUpdateUser, Changing(new UpdateUserHandler(access.Users)), admin)
        .Add(RequestCode.AuthDeleteUser, Changing(new DeleteUserHandler(access.Users, access.Lists)), admin)
        .Add(RequestCode.AuthGetUser, new GetUserHandler(access.Users, _guard), admin)
        .Add(RequestCode.AuthListUser, new ListUsersHandler(access.Users, _guard), admin)
        .Add(RequestCode.AuthCreateAcl, Changing(new AddAccessListHandler(access.Lists)), admin)
        .Add(RequestCode.AuthUpdateAcl, Changing(new AddAccessListHandler(access.Lists)), admin)
        .Add(RequestCode.AuthDeleteAcl, Changing(new DeleteAccessListHandler(access.Lists)), admin)
        .Add(RequestCode.AuthGetAcl, new GetAccessListHandler(access.Lists), admin)
        .Add(RequestCode.AuthListAcl, new ListAccessListsHandler(access.Lists), admin);

    /// <summary>Guards every request of a table, where that is switched on; else it stays as it is.</summary>
    public RequestTable.Builder Guard(RequestTable.Builder table) => IsOn ? table.Wrap(handler => new GuardedHandler(_guard, handler)) : table;

    private bool IsOn => options.AuthenticationEnabled || options.AuthorizationEnabled || options.AclEnable;

    /// <summary>A request that changes users or rules.</summary>
    private IRequestHandler Changing(IRequestHandler handler) => IsOn ? handler : new OwnMachineHandler(handler, AccessGuard.Source);
}
