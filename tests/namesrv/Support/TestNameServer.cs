using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.NameServer.Tests.Support;

/// <summary>A name server on a free port with a folder and a clock of its own, and a client of it.</summary>
public sealed class TestNameServer : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly NameServer _server;
    private readonly List<RemotingClient> _clients = [];

    private TestNameServer(NameServerOptions options, string folder)
    {
        Folder = folder;
        _server = new NameServer(options, Time, NullLoggerFactory.Instance, new KestrelTransport(NullLoggerFactory.Instance));
        Client = NewClient();
    }

    public VirtualTimeProvider Time { get; } = new();

    public string Folder { get; }

    public string KvConfigPath => Path.Combine(Folder, "kvConfig.json");

    public string ConfigStorePath => Path.Combine(Folder, "namesrv.conf");

    public string Address => _server.LocalEndPoint.ToString();

    /// <summary>The client that requests go through unless a test names another.</summary>
    public RemotingClient Client { get; }

    public static async Task<TestNameServer> StartAsync(Func<NameServerOptions, NameServerOptions>? change = null, string? folder = null)
    {
        folder ??= NewFolder();
        var options = new NameServerOptions
        {
            BindAddress = "127.0.0.1",
            ListenPort = 0,
            KvConfigPath = Path.Combine(folder, "kvConfig.json"),
            ConfigStorePath = Path.Combine(folder, "namesrv.conf"),
        };
        var server = new TestNameServer(change is null ? options : change(options), folder);
        await server._server.StartAsync();
        return server;
    }

    public static string NewFolder() => Directory.CreateTempSubdirectory("namesrv-").FullName;

    /// <summary>A client of its own connection, as another broker has.</summary>
    public RemotingClient NewClient(RequestTable? table = null)
    {
        var client = new RemotingClient(table ?? RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        _clients.Add(client);
        return client;
    }

    public Task<RemotingCommand> InvokeAsync(
        int code, ICommandHeader? header = null, byte[]? body = null, int version = MqVersion.Current, RemotingClient? via = null)
    {
        var request = RemotingCommand.Request(code, header, body);
        request.Version = version;
        return (via ?? Client).InvokeAsync(Address, request, Soon);
    }

    public Task<RemotingCommand> InvokeAsync(RemotingCommand request) => Client.InvokeAsync(Address, request, Soon);

    /// <summary>The text of a reply that must be a success.</summary>
    public async Task<string> TextAsync(int code, ICommandHeader? header = null, int version = MqVersion.Current)
    {
        var reply = await InvokeAsync(code, header, version: version);
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.Success, (string?)null)));
        return Encoding.UTF8.GetString(reply.Body);
    }

    public async Task<T> BodyAsync<T>(int code, ICommandHeader? header = null) => RemotingJson.Deserialize<T>(await TextAsync(code, header));

    public async Task<TopicRouteData?> RouteAsync(string topic)
    {
        var reply = await InvokeAsync(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = topic });
        return reply.Code == ResponseCode.TopicNotExist ? null : RemotingJson.Deserialize<TopicRouteData>(reply.Body.ToArray());
    }

    public Task<RemotingCommand> RegisterAsync(TestBroker broker, RemotingClient? via = null)
    {
        var body = broker.Compressed
            ? CompressedRegisterBrokerBody.Write(broker.Body)
            : RemotingJson.Serialize(broker.Body);
        return InvokeAsync(RequestCode.RegisterBroker, broker.Header(MessageCrc.OfBody(body)), body, broker.Version, via);
    }

    public Task<RemotingCommand> UnregisterAsync(TestBroker broker) => InvokeAsync(RequestCode.UnregisterBroker, new UnRegisterBrokerRequestHeader
    {
        BrokerName = broker.Name,
        BrokerAddr = broker.Address,
        ClusterName = broker.Cluster,
        BrokerId = broker.Id,
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
