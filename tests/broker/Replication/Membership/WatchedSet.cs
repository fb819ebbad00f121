using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Controller;
using RocketMQ.NameServer;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>Brokers of one set in one process, over sockets, with a controller and a name server. They are known by the order they were started in.</summary>
internal sealed class WatchedSet : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly int _controllerPort = BrokerPorts.Find().Broker;
    private readonly Func<ReplicationOptions, ReplicationOptions> _configure;

    private readonly NameServer.NameServer _nameServer = new(
        new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1" }, TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Pooled);

    private readonly Dictionary<int, TestBroker> _running = [];
    private readonly Dictionary<int, WireCutter> _wires = [];
    private ControllerServer? _controller;

    private WatchedSet(Func<ReplicationOptions, ReplicationOptions> configure) => _configure = configure;

    public string ControllerAddress => $"127.0.0.1:{_controllerPort}";

    /// <summary>The one that is master now.</summary>
    public TestBroker Master => _running.Values.Single(broker => broker.Server.Role.IsMaster);

    public int MasterNumber => _running.Single(broker => broker.Value.Server.Role.IsMaster).Key;

    public TestBroker this[int number] => _running[number];

    /// <summary>Starts a controller and brokers 1, 2 …, and waits until all are in the sync-state set.</summary>
    public static async Task<WatchedSet> StartAsync(int brokers, Func<ReplicationOptions, ReplicationOptions>? configure = null)
    {
        var set = new WatchedSet(configure ?? (static options => options));
        await set._nameServer.StartAsync();
        await set.StartControllerAsync();
        for (var number = 1; number <= brokers; number++)
        {
            await set.StartAsync(number);
            await Eventually.BecomesAsync(() => set[number].Server.Features.Membership!.Epoch > 0, $"broker {number} is a member");
        }

        await set.WholeAsync(brokers);
        return set;
    }

    public async Task StartControllerAsync()
    {
        var options = new ControllerOptions
        {
            BindAddress = "127.0.0.1", ListenPort = _controllerPort, ControllerStorePath = _folder.File("controller"), ConfigStorePath = _folder.File("controller.conf"),
        };
        _controller = new ControllerServer(options, ControllerServer.FileStore(options), TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Pooled);
        await _controller.StartAsync();
    }

    /// <summary>What a controller that is stopped kept is gone.</summary>
    public void ForgetState() => Directory.Delete(_folder.File("controller"), recursive: true);

    public async Task StopControllerAsync()
    {
        await _controller!.DisposeAsync();
        _controller = null;
    }

    public async Task<TestBroker> StartAsync(int number)
    {
        var directory = Directory.CreateDirectory(_folder.File($"broker-{number}")).FullName;
        var wire = _wires[number] = new WireCutter();
        var broker = _running[number] = await TestBroker.StartAsync(
            options => options with
            {
                NamesrvAddr = _nameServer.LocalEndPoint.ToString(),
                Replication = _configure(options.Replication with
                {
                    EnableControllerMode = true, ControllerAddr = ControllerAddress, BrokerHeartbeatInterval = 100, ControllerHeartBeatTimeoutMills = 5000,
                    SyncBrokerMetadataPeriod = 500, CheckSyncStateSetPeriod = 500,
                }),
            },
            store => store with { MappedFileSizeCommitLog = 1024 * 1024 },
            directory: directory,
            transport: wire);
        wire.HaPort = broker.Server.Features.Shipping.EndPoint.Port;
        return broker;
    }

    public async Task StopAsync(int number)
    {
        _running.Remove(number, out var broker);
        await broker!.DisposeAsync();
    }

    /// <summary>Cuts a broker off from controller, name server and the rest of the set; its clients reach it.</summary>
    public void CutOff(int number) => _wires[number].Cut();

    public void Mend(int number) => _wires[number].Mend();

    /// <summary>Waits until so many are in the sync-state set, and have the log.</summary>
    public Task WholeAsync(int brokers) => Eventually.BecomesAsync(
        () => _running.Values.Where(broker => broker.Server.Role.IsMaster).ToList() is [var master]
            && master.Server.Features.InSync!.Stored.Members.Count == brokers
            && _running.Values.All(broker => broker.Server.Features.Store.DispatchedOffset == master.Server.Features.Store.MaxPhysicalOffset),
        $"{brokers} brokers are in the sync-state set and have the log");

    /// <summary>Waits until another broker than one is master.</summary>
    public async Task<int> AnotherLeadsAsync(int than)
    {
        await Eventually.BecomesAsync(() => _running.Any(broker => broker.Key != than && broker.Value.Server.Role.IsMaster), $"another broker than {than} is master");
        return _running.First(broker => broker.Key != than && broker.Value.Server.Role.IsMaster).Key;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in _wires.Values)
        {
            wire.Mend();
        }

        foreach (var broker in _running.OrderBy(broker => broker.Value.Server.Role.IsMaster).Select(broker => broker.Value))
        {
            await broker.DisposeAsync();
        }

        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        await _nameServer.DisposeAsync();
        _folder.Dispose();
    }
}
