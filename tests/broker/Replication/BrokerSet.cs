using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.NameServer;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>A master and slaves of ours in one process, over sockets, with a name server that tells them of each other.</summary>
internal sealed class BrokerSet : IAsyncDisposable
{
    private readonly Dictionary<long, string> _directories = [];
    private readonly List<TestBroker> _running = [];
    private readonly int _fileSize;
    private readonly Func<ReplicationOptions, ReplicationOptions> _configure;

    private readonly NameServer.NameServer _nameServer = new(
        new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1" }, TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Inline);

    private BrokerSet(int fileSize, Func<ReplicationOptions, ReplicationOptions> configure)
    {
        _fileSize = fileSize;
        _configure = configure;
    }

    public TestBroker Master { get; private set; } = null!;

    public static async Task<BrokerSet> StartAsync(Func<ReplicationOptions, ReplicationOptions>? configure = null, int fileSize = 1024 * 1024)
    {
        var set = new BrokerSet(fileSize, configure ?? (static options => options));
        await set._nameServer.StartAsync();
        set.Master = await set.StartAsync(0, set._configure);
        return set;
    }

    public Task<TestBroker> AddSlaveAsync(long brokerId) =>
        StartAsync(brokerId, options => _configure(options) with { BrokerRole = ConfiguredRole.Slave });

    /// <summary>Waits until a slave has all its master has, and lists it.</summary>
    public async Task SettleAsync(TestBroker slave)
    {
        var end = Master.Server.Features.Store.MaxPhysicalOffset;
        await Eventually.BecomesAsync(() => slave.Server.Features.Store.DispatchedOffset == end, $"the slave reaches {end}");
    }

    public async Task StopAsync(TestBroker broker)
    {
        _running.Remove(broker);
        await broker.DisposeAsync();
    }

    /// <summary>Every byte of a broker's log.</summary>
    public static byte[] LogOf(TestBroker broker) => LogOf(broker.Server.Features.Store);

    public static byte[] LogOf(MessageStore store)
    {
        var log = new MemoryStream();
        for (var at = store.MinPhysicalOffset; at < store.MaxPhysicalOffset;)
        {
            using var lease = store.LeaseLog(at, store.LogFileSize);
            log.Write(lease.Bytes);
            at += lease.Bytes.Length;
        }

        return log.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _running.AsEnumerable().Reverse())
        {
            await broker.DisposeAsync();
        }

        await _nameServer.DisposeAsync();
        foreach (var directory in _directories.Values)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<TestBroker> StartAsync(long brokerId, Func<ReplicationOptions, ReplicationOptions> configure)
    {
        if (!_directories.TryGetValue(brokerId, out var directory))
        {
            directory = _directories[brokerId] = Directory.CreateTempSubdirectory("rocketmq-set-").FullName;
        }

        var broker = await TestBroker.StartAsync(
            options => options with { BrokerId = brokerId, NamesrvAddr = _nameServer.LocalEndPoint.ToString(), Replication = configure(options.Replication) },
            store => store with { MappedFileSizeCommitLog = _fileSize },
            directory: directory);
        _running.Add(broker);
        return broker;
    }
}
