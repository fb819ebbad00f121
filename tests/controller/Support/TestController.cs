using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Controller.Tests.Support;

/// <summary>A controller in a network, with a folder and a clock of its own, and an operator's connection to it.</summary>
public sealed class TestController : IAsyncDisposable
{
    public const string Address = "127.0.0.2:22000";
    public const string SetName = "broker-a";
    public const string Cluster = "DefaultCluster";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly HashSet<long> _listening = [];
    private ControllerServer? _server;

    private TestController(Func<ControllerOptions, ControllerOptions>? change)
    {
        var options = new ControllerOptions
        {
            BindAddress = "127.0.0.2",
            ControllerDLegerPeers = $"n0-{Address}",
            ControllerStorePath = _folder.Path,
            ConfigStorePath = _folder.File("controller.conf"),
        };
        Options = change?.Invoke(options) ?? options;
        Operator = NewClient();
    }

    public ControllerOptions Options { get; }

    public MemoryTransport Network { get; } = new();

    public VirtualTimeProvider Time { get; } = new();

    public RemotingClient Operator { get; }

    public string StatePath => _folder.File("controller.state");

    public string ConfigPath => _folder.File("controller.conf");

    /// <param name="change">Of its options.</param>
    /// <param name="seed">What its file holds before it starts.</param>
    public static async Task<TestController> StartAsync(Func<ControllerOptions, ControllerOptions>? change = null, params BrokerSet[] seed)
    {
        var controller = new TestController(change);
        if (seed.Length > 0)
        {
            var store = new FileControllerStore(controller.StatePath, "n0", Address);
            await store.StartAsync(default);
            foreach (var set in seed)
            {
                await store.WriteAsync(set.Name, set, 0, default);
            }
        }

        await controller.RestartAsync();
        return controller;
    }

    /// <summary>A set of that many brokers, all in step, led by one of them.</summary>
    public static BrokerSet SetOf(int brokers, long? master, int epoch, int setEpoch, params long[] inSync) => new()
    {
        Cluster = Cluster,
        Name = SetName,
        MasterBrokerId = master,
        MasterEpoch = epoch,
        SyncStateSet = [.. inSync],
        SyncStateSetEpoch = setEpoch,
        NextBrokerId = brokers + 1,
        Replicas = BrokerSet.None.AddRange(Enumerable.Range(1, brokers).Select(id => KeyValuePair.Create((long)id, new Replica(AddressOf(id), $"{AddressOf(id)};1")))),
    };

    public static string AddressOf(long id) => $"127.0.0.2:22{id + 1}11";

    /// <summary>Starts it, again if it ran: on its file, with nothing else of what it knew.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _server = new ControllerServer(Options, ControllerServer.FileStore(Options), Time, NullLoggerFactory.Instance, Network);
        await _server.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public RemotingClient NewClient()
    {
        var client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Transport = Network, IdleTimeout = TimeSpan.Zero }, TimeProvider.System, NullLoggerFactory.Instance);
        _owned.Add(client);
        return client;
    }

    /// <summary>Brokers that it hears.</summary>
    public int LiveCount => _server!.LiveCount;

    /// <summary>A broker; the first of an id listens, as they have one address.</summary>
    public async Task<TestBroker> BrokerAsync(long id, string set = SetName, string cluster = Cluster)
    {
        var broker = new TestBroker(this, id, set, cluster);
        _owned.Add(broker);
        if (_listening.Add(id))
        {
            await broker.ListenAsync();
        }

        return broker;
    }

    public Task<RemotingCommand> InvokeAsync(int code, ICommandHeader? header = null, byte[]? body = null, RemotingClient? via = null) =>
        (via ?? Operator).InvokeAsync(Address, RemotingCommand.Request(code, header, body), Soon);

    public Task<RemotingCommand> InvokeAsync(RemotingCommand request) => Operator.InvokeAsync(Address, request, Soon);

    public async Task<GetReplicaInfoResponseHeader> MasterAsync(string set = SetName) =>
        (await InvokeAsync(RequestCode.ControllerGetReplicaInfo, new GetReplicaInfoRequestHeader { BrokerName = set })).ReadHeader<GetReplicaInfoResponseHeader>();

    public async Task<ReplicasInfo> InfoAsync(string set = SetName)
    {
        var reply = await InvokeAsync(RequestCode.ControllerGetSyncStateData, body: RemotingJson.Serialize(new List<string> { set }));
        return reply.ReadBody<BrokerReplicasInfo>().ReplicasInfoTable[set];
    }

    /// <summary>Waits until a set has this master, and says in which epoch.</summary>
    public async Task<int> MasterBecomesAsync(long id, string set = SetName)
    {
        await EventuallyAsync(async () => (await MasterAsync(set)).MasterBrokerId == id);
        return (await MasterAsync(set)).MasterEpoch!.Value;
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Soon);
        while (!await condition())
        {
            Assert.That(patience.IsCancellationRequested, Is.False, "it did not happen");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        await StopAsync();
        _folder.Dispose();
    }
}
