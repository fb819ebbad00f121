using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Auth;

/// <summary>The parts of access control, wired: users, their rules, and who is asked about them.</summary>
internal sealed class AccessControl
{
    private readonly BrokerOptions _options;

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
        Users = new UserTable(usersFile);
        Lists = new AccessLists(listsFile, Users);
        Authorizer = new Authorizer(Users, Lists, options.AclEnable ? LoadPlain(options, plainAcl) : null, loggers.CreateLogger<Authorizer>());
        CreateConfiguredUsers();
    }

    public UserTable Users { get; }

    public AccessLists Lists { get; }

    /// <summary>Asked about what an operation found.</summary>
    public Authorizer Authorizer { get; }

    /// <summary>What the broker signs its own requests with; null where the settings say nothing.</summary>
    /// <exception cref="ConfigurationException">The setting is no JSON of an access key and a secret key.</exception>
    public static AccessCredentials? OwnCredentials(BrokerOptions options) =>
        Parse(options.InnerClientAuthenticationCredentials, nameof(options.InnerClientAuthenticationCredentials), "accessKey", "secretKey") is var (name, password)
            ? new AccessCredentials(name, password)
            : null;

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
        if (user is var (name, password) && Users.Find(name) is null)
        {
            _ = Users.CreateAsync(new User(name, password, UserType.Super, UserStatus.Enable));
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
