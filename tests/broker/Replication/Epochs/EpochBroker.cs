using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Replication.Following;
using RocketMQ.Broker.Replication.Following.Remoting;
using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>A store with its epochs and both sides of replication, on a network in memory and a clock that a test moves.</summary>
internal sealed class EpochBroker : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly RemotingClient _client = new(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private EpochBroker(MemoryTransport network, VirtualTimeProvider clock, long brokerId, ReplicationOptions options, string masterAddress)
    {
        Store = MessageStore.Open(new StoreOptions { StorePathRootDir = _folder.Path, MappedFileSizeCommitLog = FileSize, MaxHashSlotNum = 1000, MaxIndexNum = 4000 });
        Store.ForbidAppends();
        Store.Start();
        Epochs = EpochFile.Open(_folder.File("epochFileCheckpoint"), PhysicalFileSystem.Instance, NullLogger.Instance);
        var replication = new EpochReplication(Epochs, Confirmed, () => IsMaster, () => brokerId, offset => MasterConfirmed = offset);
        Shipping = new LogShipping(
            new BrokerOptions { Replication = options }, new IPEndPoint(IPAddress.Loopback, 0), network, clock, NullLogger<LogShipping>.Instance);
        var role = new CurrentRole();
        role.Set(BrokerRole.Slave(brokerId));
        var place = new MasterPlace(role, masterAddress);
        Following = new LogFollowing(
            options, Store, place, network, new FirstReport(options, Store, new MasterLog(place, _client)), clock, NullLogger<LogFollowing>.Instance, replication);
        Following.CutNeeded += Cuts.Add;
        Replication = replication;
    }

    public const int FileSize = 1024 * 1024;

    public MessageStore Store { get; }

    public EpochFile Epochs { get; }

    public EpochReplication Replication { get; }

    public ConfirmedOffset Confirmed { get; } = new();

    public LogShipping Shipping { get; }

    public LogFollowing Following { get; }

    public List<long> Cuts { get; } = [];

    public long MasterConfirmed { get; private set; } = -1;

    public bool IsMaster { get; set; } = true;

    public string State => Following.Look().Single().Detail;

    public string EpochFileText => File.ReadAllText(Epochs.Path);

    /// <param name="network">Where it is reached, and reaches its master.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="brokerId">Who it says it is.</param>
    /// <param name="configure">Its keys.</param>
    /// <param name="masterAddress">Where its master is.</param>
    public static async Task<EpochBroker> StartAsync(
        MemoryTransport network, VirtualTimeProvider clock, long brokerId = 1, Func<ReplicationOptions, ReplicationOptions>? configure = null, string masterAddress = "")
    {
        var options = new ReplicationOptions { EnableControllerMode = true };
        var broker = new EpochBroker(network, clock, brokerId, configure?.Invoke(options) ?? options, masterAddress);
        await broker.Shipping.BindAsync(default);
        broker.Shipping.Start(broker.Store, broker.Replication);
        return broker;
    }

    /// <summary>Has of the log, and of the epochs, what was recorded.</summary>
    public void Has(IEnumerable<(EpochFrame Head, byte[] Bytes)> frames, IEnumerable<EpochEntry> entries)
    {
        foreach (var (head, bytes) in frames)
        {
            Assert.That((Store.Receive(head.Offset, bytes, out var fault), fault), Is.EqualTo((RocketMQ.Store.Replication.ReceiveStatus.Ok, (string?)null)));
        }

        foreach (var entry in entries)
        {
            Epochs.Begin(entry.Epoch, entry.StartOffset);
        }
    }

    /// <summary>Becomes master of an epoch, and writes so many messages in it.</summary>
    public async Task WriteAsync(int epoch, int messages, int size = 100)
    {
        if (Epochs.LastEpoch != epoch)
        {
            await Store.AllowAppendsAsync();
            Epochs.Begin(epoch, Store.MaxPhysicalOffset);
        }

        for (var i = 0; i < messages; i++)
        {
            ShippedLog.Append(Store, "Orders", 0, new byte[size]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Following.DisposeAsync();
        await Shipping.DisposeAsync();
        await Store.DisposeAsync();
        await _client.DisposeAsync();
        _folder.Dispose();
    }
}
