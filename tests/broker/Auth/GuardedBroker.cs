using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>A broker with access control and clients that sign as this or that user; the super user is root, and NAME's secret is NAME-secret.</summary>
internal sealed class GuardedBroker : IAsyncDisposable
{
    private readonly Dictionary<string, RemotingClient> _clients = [];

    private GuardedBroker(TestBroker broker) => Broker = broker;

    public TestBroker Broker { get; }

    public static async Task<GuardedBroker> StartAsync(
        Func<BrokerOptions, BrokerOptions>? configure = null, Func<StoreOptions, StoreOptions>? configureStore = null, string? directory = null,
        TimeProvider? time = null) => new(
            await TestBroker.StartAsync(
                options =>
                {
                    var guarded = options with
                    {
                        AuthenticationEnabled = true, AuthorizationEnabled = true, InitAuthenticationUser = """{"username":"root","password":"root-secret"}""",
                    };
                    return configure?.Invoke(guarded) ?? guarded;
                },
                configureStore, time, directory));

    /// <summary>Makes a user who may do all to these things and nothing else.</summary>
    public async Task AddUserAsync(string name, params string[] resources)
    {
        await AskAsync("root", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = name }, new UserInfo { Password = $"{name}-secret" });
        foreach (var resource in resources)
        {
            var parts = resource.Split('=');
            var added = await AskAsync("root", RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = $"User:{name}" }, new AclInfo
            {
                Policies = [new PolicyInfo
                {
                    Entries = [new PolicyEntryInfo { Resource = parts[0], Decision = "Allow", Actions = [.. parts.Length > 1 ? parts[1].Split(',') : ["All"]] }],
                }],
            });
            Assert.That(added.Code, Is.EqualTo(ResponseCode.Success), added.Remark);
        }
    }

    public Task<RemotingCommand> AskAsync(string? user, int code, ICommandHeader? header = null, object? body = null) => AskAsync(
        user, RemotingCommand.Request(code, header, body switch { null => [], byte[] raw => raw, _ => RemotingJson.Serialize(body) }));

    /// <param name="user">Who signs: NAME, NAME with another secret as NAME:SECRET, or nobody.</param>
    /// <param name="request">What.</param>
    public Task<RemotingCommand> AskAsync(string? user, RemotingCommand request) =>
        ClientOf(user).InvokeAsync(Broker.Address, request, TimeSpan.FromSeconds(5));

    public Task<RemotingCommand> SendAsync(string user, string topic, byte[] body, params KeyValuePair<string, string>[] properties) =>
        AskAsync(user, RequestCode.SendMessageV2, TestBroker.SendHeader(topic, 0, properties), body);

    public RemotingClient ClientOf(string? user, RequestTable? table = null)
    {
        if (user is null)
        {
            return Broker.Client;
        }

        if (!_clients.TryGetValue(user, out var client))
        {
            var parts = user.Split(':');
            client = new RemotingClient(
                table ?? RequestTable.Empty, new RemotingOptions { Credentials = new AccessCredentials(parts[0], parts.Length > 1 ? parts[1] : $"{user}-secret") },
                TimeProvider.System, NullLoggerFactory.Instance);
            _clients[user] = client;
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }
}
