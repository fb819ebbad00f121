using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Broker.Metrics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>A broker on a free loopback port over a store directory of its own, and a raw client beside it that speaks the protocol.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly bool _ownsDirectory;

    private TestBroker(string directory, bool ownsDirectory, BrokerServer server, RemotingClient client)
    {
        Directory = directory;
        _ownsDirectory = ownsDirectory;
        Server = server;
        Client = client;
    }

    public string Directory { get; }

    public BrokerServer Server { get; }

    public RemotingClient Client { get; }

    public string Address => Server.Address;

    public static async Task<TestBroker> StartAsync(
        Func<BrokerOptions, BrokerOptions>? configure = null, Func<StoreOptions, StoreOptions>? configureStore = null,
        TimeProvider? time = null, string? directory = null, RequestTable? clientTable = null, IStoreFileSystem? files = null, IConnectionTransport? transport = null)
    {
        var ownsDirectory = directory is null;
        directory ??= System.IO.Directory.CreateTempSubdirectory("rocketmq-broker-").FullName;
        var options = new BrokerOptions { BrokerName = "broker-a", ListenPort = 0, BindAddress = "127.0.0.1", HealthEnable = false, MetricsExporterType = MetricsExporterType.Disable };
        var store = new StoreOptions { StorePathRootDir = directory, MappedFileSizeCommitLog = 16 * 1024 * 1024, MaxHashSlotNum = 1000, MaxIndexNum = 4000 };
        options = configure?.Invoke(options) ?? options;
        var surroundings = BrokerHost.Surroundings(options, NullLoggerFactory.Instance) with
        {
            Time = time ?? TimeProvider.System, Files = files ?? PhysicalFileSystem.Instance,
        };
        surroundings = transport is null ? surroundings : surroundings with { Transport = transport };
        var server = new BrokerServer(options, configureStore?.Invoke(store) ?? store, surroundings);
        await server.StartAsync();
        var client = new RemotingClient(clientTable ?? RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        return new TestBroker(directory, ownsDirectory, server, client);
    }

    public Task<RemotingCommand> CallAsync(int code, ICommandHeader? header = null, byte[]? body = null) =>
        Client.InvokeAsync(Address, RemotingCommand.Request(code, header, body), CallTimeout);

    public Task<RemotingCommand> CallJsonAsync<TBody>(int code, ICommandHeader? header, TBody body) =>
        CallAsync(code, header, RemotingJson.Serialize(body));

    /// <summary>Sends one message with these properties.</summary>
    public Task<RemotingCommand> SendAsync(
        string topic, byte[] body, int queueId = 0, IEnumerable<KeyValuePair<string, string>>? properties = null, int sysFlag = 0) =>
        CallAsync(RequestCode.SendMessageV2, SendHeader(topic, queueId, properties, sysFlag), body);

    public static SendMessageRequestHeaderV2 SendHeader(
        string topic, int queueId, IEnumerable<KeyValuePair<string, string>>? properties = null, int sysFlag = 0) => new()
        {
            ProducerGroup = "producers",
            Topic = topic,
            DefaultTopic = "TBW102",
            DefaultTopicQueueNums = 4,
            QueueId = queueId,
            SysFlag = sysFlag,
            BornTimestamp = 1_700_000_000_000,
            Properties = PropertyText.ToUtf8(properties ?? []),
        };

    /// <summary>Pulls from an offset on with a subscription of its own, waiting if asked to.</summary>
    public Task<RemotingCommand> PullAsync(
        string topic, int queueId, long offset, string group = "consumers", int count = 32, string subscription = "*", string? type = null,
        long waitMs = 0, long? commitOffset = null) =>
        CallAsync(RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = topic,
            QueueId = queueId,
            QueueOffset = offset,
            MaxMsgNums = count,
            SysFlag = 4 | (waitMs > 0 ? 2 : 0) | (commitOffset is null ? 0 : 1),
            CommitOffset = commitOffset ?? 0,
            SuspendTimeoutMillis = waitMs,
            Subscription = subscription,
            ExpressionType = type,
        });

    public static List<StoredMessage> Messages(RemotingCommand response) =>
        response.Code == ResponseCode.Success ? StoredMessage.ReadAll(response.Body.FirstSpan) : [];

    public Task<RemotingCommand> CreateTopicAsync(string topic, int queues = 4, int perm = 6, bool order = false, string? attributes = null) =>
        CallAsync(RequestCode.UpdateAndCreateTopic, new CreateTopicRequestHeader
        {
            Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = queues, WriteQueueNums = queues, Perm = perm, Order = order, Attributes = attributes,
        });

    /// <summary>Says that a client produces or consumes.</summary>
    public Task<RemotingCommand> HeartbeatAsync(string clientId, string? producerGroup = null, ConsumerData? consumer = null) =>
        CallJsonAsync(RequestCode.HeartBeat, null, new HeartbeatData
        {
            ClientId = clientId,
            ProducerDataSet = producerGroup is null ? [] : [new ProducerData { GroupName = producerGroup }],
            ConsumerDataSet = consumer is null ? [] : [consumer],
        });

    /// <summary>Stops the broker and opens the same store again.</summary>
    public async Task<TestBroker> RestartAsync(Func<BrokerOptions, BrokerOptions>? configure = null, TimeProvider? time = null, IStoreFileSystem? files = null)
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        return await StartAsync(configure, time: time, directory: Directory, files: files);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
