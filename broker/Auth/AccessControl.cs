using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Auth;

/// <summary>The parts of access control, wired: users and their rules, the requests that change them, and the guard before all handlers.</summary>
internal sealed class AccessControl
{
    private readonly BrokerOptions _options;
    private readonly UserTable _users;
    private readonly AccessLists _lists;
    private readonly AccessGuard _guard;

    /// <param name="options">The broker's settings.</param>
    /// <param name="usersFile">users.json.</param>
    /// <param name="listsFile">acls.json.</param>
    /// <param name="plainAcl">Reads plain_acl.yml.</param>
    /// <param name="loggers">The logs.</param>
    /// <exception cref="ConfigurationException">
    /// A user that the settings name is none, plain_acl.yml can't be used, or rights are to be checked of users who need not prove who they are.
    /// </exception>
    public AccessControl(BrokerOptions options, JournalledFile usersFile, JournalledFile listsFile, IPlainAclReader? plainAcl, ILoggerFactory loggers)
    {
        if (options is { AuthorizationEnabled: true, AuthenticationEnabled: false, AclEnable: false })
        {
            throw new ConfigurationException(
                "authorizationEnabled=true needs authenticationEnabled=true: while signatures are not checked, whoever claims a user's name has that user's rights.");
        }

        _options = options;
        _users = new UserTable(usersFile);
        _lists = new AccessLists(listsFile, _users);
        _guard = new AccessGuard(options, _users, _lists, options.AclEnable ? LoadPlain(options, plainAcl) : null, loggers.CreateLogger<AccessGuard>());
        CreateConfiguredUsers();
    }

    /// <summary>Asked about what a handler found.</summary>
    public IAuthorizer Authorizer => _guard;

    /// <summary>What the broker signs its own requests with; null where the settings say nothing.</summary>
    /// <exception cref="ConfigurationException">The setting is no JSON of an access key and a secret key.</exception>
    public static AccessCredentials? OwnCredentials(BrokerOptions options) =>
        Parse(options.InnerClientAuthenticationCredentials, nameof(options.InnerClientAuthenticationCredentials), "accessKey", "secretKey") is var (name, password)
            ? new AccessCredentials(name, password)
            : null;

    /// <param name="table">Where the requests are added.</param>
    /// <param name="admin">Where they run: they wait for files.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.AuthCreateUser, Changing(new CreateUserHandler(_users)), admin)
        .Add(RequestCode.AuthUpdateUser, Changing(new UpdateUserHandler(_users)), admin)
        .Add(RequestCode.AuthDeleteUser, Changing(new DeleteUserHandler(_users, _lists)), admin)
        .Add(RequestCode.AuthGetUser, new GetUserHandler(_users, _guard), admin)
        .Add(RequestCode.AuthListUser, new ListUsersHandler(_users, _guard), admin)
        .Add(RequestCode.AuthCreateAcl, Changing(new AddAccessListHandler(_lists)), admin)
        .Add(RequestCode.AuthUpdateAcl, Changing(new AddAccessListHandler(_lists)), admin)
        .Add(RequestCode.AuthDeleteAcl, Changing(new DeleteAccessListHandler(_lists)), admin)
        .Add(RequestCode.AuthGetAcl, new GetAccessListHandler(_lists), admin)
        .Add(RequestCode.AuthListAcl, new ListAccessListsHandler(_lists), admin);

    /// <summary>Guards every request of a table, where that is switched on; else it stays as it is.</summary>
    public RequestTable.Builder Guard(RequestTable.Builder table) => IsOn ? table.Wrap(handler => new GuardedHandler(_guard, handler)) : table;

    private bool IsOn => _options.AuthenticationEnabled || _options.AuthorizationEnabled || _options.AclEnable;

    /// <summary>A request that changes users or rules.</summary>
    private IRequestHandler Changing(IRequestHandler handler) => IsOn ? handler : new OwnMachineHandler(handler, AccessGuard.Source);

    private static PlainAcl LoadPlain(BrokerOptions options, IPlainAclReader? reader) => reader is null
        ? throw new ConfigurationException("aclEnable=true needs a reader of plain_acl.yml, which the program around this broker does not have.")
        : PlainAclFile.Load(Path.Combine(options.RocketmqHome.Length > 0 ? options.RocketmqHome : ".", "conf", "plain_acl.yml"), reader);

    private void CreateConfiguredUsers()
    {
        Create(Parse(_options.InitAuthenticationUser, nameof(_options.InitAuthenticationUser), "username", "password"));
        Create(Parse(_options.InnerClientAuthenticationCredentials, nameof(_options.InnerClientAuthenticationCredentials), "accessKey", "secretKey"));
    }

    private void Create((string Name, string Password)? user)
    {
        if (user is var (name, password) && _users.Find(name) is null)
        {
            _ = _users.CreateAsync(new User(name, password, UserType.Super, UserStatus.Enable));
        }
    }

    private static (string Name, string Password)? Parse(string json, string key, string nameField, string passwordField)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return null;
        }

        try
        {
            var fields = RemotingJson.Deserialize<Dictionary<string, string>>(json);
            if (fields.GetValueOrDefault(nameField) is { Length: > 0 } name && fields.GetValueOrDefault(passwordField) is { Length: > 0 } password)
            {
                return (name, password);
            }
        }
        catch (RemotingJsonException)
        {
            // Told below without what stands there, which may be a password.
        }

        throw new ConfigurationException(
            $"{char.ToLowerInvariant(key[0])}{key[1..]} is not of the form {{\"{nameField}\":\"NAME\",\"{passwordField}\":\"PASSWORD\"}}.");
    }
}
