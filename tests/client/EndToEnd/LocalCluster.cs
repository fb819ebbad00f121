using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.NameServer;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>A real name server and a real broker in this process, on a store of its own.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly NameServer.NameServer _nameServer;
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "client-e2e-" + Guid.NewGuid());
    private BrokerServer? _broker;

    private readonly Func<BrokerOptions, BrokerOptions>? _configure;
    private readonly IConnectionTransport? _transport;
    private readonly IConnectionTransport _serverTransport;

    private LocalCluster(Func<BrokerOptions, BrokerOptions>? configure, IConnectionTransport? transport)
    {
        _transport = transport;
        _serverTransport = transport ?? new KestrelTransport(NullLoggerFactory.Instance);
        _configure = configure;
        Directory.CreateDirectory(_directory);
        _nameServer = new NameServer.NameServer(
            new NameServerOptions
            {
                ListenPort = 0,
                BindAddress = "127.0.0.1",
                KvConfigPath = Path.Combine(_directory, "kvConfig.json"),
                ConfigStorePath = Path.Combine(_directory, "namesrv.properties"),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            _serverTransport);
    }

    public string NameServerAddress => _nameServer.LocalEndPoint.ToString();

    public string BrokerAddress => _broker!.Address;

    /// <param name="configure">Changes the broker's options.</param>
    /// <param name="transport">What all of them, the clients included, are connected by; null for the usual one.</param>
    public static async Task<LocalCluster> StartAsync(Func<BrokerOptions, BrokerOptions>? configure = null, IConnectionTransport? transport = null)
    {
        var cluster = new LocalCluster(configure, transport);
        await cluster._nameServer.StartAsync();
        await cluster.StartBrokerAsync(port: 0);
        return cluster;
    }

    /// <summary>A client that hears of new topics, which its own messages make, without the usual half minute.</summary>
    public RocketMQClient Client(string? name = null, AccessCredentials? credentials = null) => new(new ClientOptions
    {
        NameServers = NameServerAddress, ClientIp = "127.0.0.1", InstanceName = name, RouteRefreshInterval = TimeSpan.FromMilliseconds(200),
        Remoting = new RemotingOptions { Credentials = credentials, Transport = _transport },
    });

    /// <summary>Stops the broker and starts it again on its store, at its address or at another one.</summary>
    public async Task RestartBrokerAsync(bool moves = false)
    {
        var port = moves ? 0 : _broker!.LocalEndPoint.Port;
        await _broker!.DisposeAsync();
        await StartBrokerAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        await _nameServer.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartBrokerAsync(int port)
    {
        var options = new BrokerOptions
        {
            BrokerName = "broker-a",
            BindAddress = "127.0.0.1",
            ListenPort = port,
            NamesrvAddr = NameServerAddress,
            EnablePropertyFilter = true,
            RecallMessageEnable = true,
            TraceTopicEnable = true,
            TransactionTimeOut = 300,
            TransactionCheckInterval = 300,
            TransactionOpBatchInterval = 100,
        };
        var store = new StoreOptions
        {
            StorePathRootDir = Path.Combine(_directory, "store"),
            MappedFileSizeCommitLog = 16 * 1024 * 1024,
            MappedFileSizeConsumeQueue = 20 * 1000,
            MaxHashSlotNum = 1000,
            MaxIndexNum = 4000,
        };
        _broker = new BrokerServer(_configure?.Invoke(options) ?? options, store, new BrokerSurroundings { Transport = _serverTransport });
        await _broker.StartAsync();
    }
}
