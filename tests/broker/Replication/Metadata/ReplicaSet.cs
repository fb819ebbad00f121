using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Metadata;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Metadata;

/// <summary>A master and a slave of ours on one virtual clock. The log comes to the slave when a test says so.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    private string? _leftBehind;

    private ReplicaSet(VirtualTimeProvider clock, TestBroker master, TestBroker slave)
    {
        Clock = clock;
        Master = master;
        Slave = slave;
    }

    public VirtualTimeProvider Clock { get; }

    public TestBroker Master { get; }

    public TestBroker Slave { get; private set; }

    public static async Task<ReplicaSet> StartAsync(
        Func<BrokerOptions, BrokerOptions>? configureMaster = null, Func<StoreOptions, StoreOptions>? configureStore = null)
    {
        var clock = new VirtualTimeProvider();
        var master = await TestBroker.StartAsync(configureMaster, configureStore, clock);
        var slave = await TestBroker.StartAsync(AsSlave, configureStore, clock);
        slave.Server.Features.Master.Learn(master.Address, null);
        return new ReplicaSet(clock, master, slave);
    }

    public static BrokerOptions AsSlave(BrokerOptions options) => options with
    {
        BrokerId = 1, Replication = new ReplicationOptions { BrokerRole = ConfiguredRole.Slave, SlaveReadEnable = true },
    };

    /// <summary>Brings the log to the slave.</summary>
    public void Ship() => ShippedLog.Ship(Master.Server.Features.Store, Slave.Server.Features.Store);

    /// <summary>Lets time pass until the slave has come so far.</summary>
    public Task FollowsAsync(Func<bool> condition, string what, int stepMs = 100) =>
        Eventually.GetAsync(Clock, TimeSpan.FromMilliseconds(stepMs), () => Task.FromResult(condition() ? new object() : null), what);

    /// <summary>Lets time pass until the slave has taken all that the master says now.</summary>
    public async Task FollowsAllAsync()
    {
        var now = Clock.GetTimestamp();
        await FollowsAsync(
            () => State is { Failure: null, FollowedAt: { } at } && at > now + 2 * Clock.TimestampFrequency, $"all of the master's ({State})");
    }

    public MetadataState State => Slave.Server.Features.MasterTables.State;

    /// <summary>Lets this time pass, in steps that leave others a moment.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var i = 0; i < 30; i++)
        {
            Clock.Advance(time / 30);
            await Task.Delay(5);
        }
    }

    /// <summary>Stops the slave and starts it again over what it has on the disk; its master is not known.</summary>
    public async Task RestartSlaveAsync(Func<StoreOptions, StoreOptions>? configureStore = null)
    {
        await Slave.Client.DisposeAsync();
        await Slave.Server.DisposeAsync();
        _leftBehind = Slave.Directory;
        Slave = await TestBroker.StartAsync(AsSlave, configureStore, Clock, Slave.Directory);
    }

    public async ValueTask DisposeAsync()
    {
        await Slave.DisposeAsync();
        await Master.DisposeAsync();
        if (_leftBehind is not null)
        {
            Directory.Delete(_leftBehind, recursive: true);
        }
    }
}
