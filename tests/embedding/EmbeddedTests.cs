using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.NameServer;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Embedding.Tests;

/// <summary>A name server and a broker in somebody else's process, over a network that is within it.</summary>
public sealed class EmbeddedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MemoryTransport _network = new();
    private string _folder = "";
    private NameServer.NameServer _nameServer;
    private BrokerServer _broker;
    private RemotingClient _client;

    [SetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("rocketmq-embedded-").FullName;
        _nameServer = new NameServer.NameServer(
            new NameServerOptions { BindAddress = "127.0.0.1", KvConfigPath = Path.Combine(_folder, "kvConfig.json"), ConfigStorePath = Path.Combine(_folder, "namesrv.conf") },
            TimeProvider.System, NullLoggerFactory.Instance, _network);
        await _nameServer.StartAsync();
        _broker = Broker(new BrokerOptions { BrokerName = "embedded", BindAddress = "127.0.0.1", NamesrvAddr = _nameServer.LocalEndPoint.ToString() });
        await _broker.StartAsync();
        _client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Transport = _network }, TimeProvider.System, NullLoggerFactory.Instance);
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
        await _nameServer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_is_sent_is_found_by_the_route_and_received()
    {
        var sent = await AskAsync(_broker.Address, RequestCode.SendMessageV2, new SendMessageRequestHeaderV2
        {
            ProducerGroup = "producers", Topic = "Greetings", DefaultTopic = "TBW102", DefaultTopicQueueNums = 1, BornTimestamp = 1,
            Properties = PropertyText.ToUtf8([]),
        }, "hello");
        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);

        var route = await AskAsync(_nameServer.LocalEndPoint.ToString(), RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = "Greetings" });
        var address = RemotingJson.Deserialize<TopicRouteData>(route.Body.FirstSpan.ToArray()).BrokerDatas[0].BrokerAddrs[0];
        Assert.That(address, Is.EqualTo(_broker.Address));

        var pulled = await AskAsync(address, RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = "consumers", Topic = "Greetings", QueueId = 0, QueueOffset = 0, MaxMsgNums = 32, SysFlag = 6, SuspendTimeoutMillis = 10_000, Subscription = "*",
        });
        Assert.That(StoredMessage.ReadAll(pulled.Body.FirstSpan).Select(m => Encoding.UTF8.GetString(m.Body)), Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public void Nobody_outside_this_process_can_reach_it()
    {
        using var socket = new System.Net.Sockets.TcpClient();
        Assert.That(async () => await socket.ConnectAsync(_broker.LocalEndPoint), Throws.InstanceOf<System.Net.Sockets.SocketException>());
        Assert.That(_broker.ProbeEndPoint, Is.Null, "health is served where the process brings an HTTP server");
    }

    [Test]
    public void What_the_process_does_not_bring_is_refused_at_start_by_its_name() =>
        Assert.That(
            async () =>
            {
                await using var broker = Broker(new BrokerOptions { BrokerName = "other", BindAddress = "127.0.0.1", ListenPort = 0, AclEnable = true }, "other");
                await broker.StartAsync();
            },
            Throws.InstanceOf<ConfigurationException>().With.Message.EqualTo(
                "aclEnable=true needs a reader of plain_acl.yml, which the program around this broker does not have."));

    [Test]
    public void It_needs_the_plain_runtime_alone()
    {
        using var configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "RocketMQ.Embedding.Tests.runtimeconfig.json")));
        var options = configuration.RootElement.GetProperty("runtimeOptions");

        Assert.That(options.TryGetProperty("frameworks", out _), Is.False, "several");
        Assert.That(options.GetProperty("framework").GetProperty("name").GetString(), Is.EqualTo("Microsoft.NETCore.App"));
    }

    private BrokerServer Broker(BrokerOptions options, string store = "store") => new(
        options, new StoreOptions { StorePathRootDir = Path.Combine(_folder, store), MappedFileSizeCommitLog = 1024 * 1024 }, new BrokerSurroundings { Transport = _network });

    private Task<RemotingCommand> AskAsync(string address, int code, ICommandHeader header, string body = "") =>
        _client.InvokeAsync(address, RemotingCommand.Request(code, header, Encoding.UTF8.GetBytes(body)), Patience);
}
