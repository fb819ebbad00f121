using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.NameServer;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Sets;

/// <summary>
/// A master whose sends wait for its slave, each a process. The master's machine is lost: the process is killed and its disk is gone. Then the slave, which may
/// be killed, too, but keeps its disk, is started as the master, with an empty slave behind it.
/// </summary>
internal sealed class MortalSet(params IReadOnlyList<string> settings) : IMortalBroker
{
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(60);

    /// <summary>A slave has what was made, changed or committed so long ago; on a busy machine its next question takes longer than the second it should.</summary>
    private const int LeastLoadMs = 2_500;

    private readonly NameServer.NameServer _nameServer = new(
        new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1" }, TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Inline);
    private SetMember? _master;
    private SetMember? _slave;
    private bool _isNameServerUp;

    public TimeProvider Clock => TimeProvider.System;

    public IStoreFileSystem Files => PhysicalFileSystem.Instance;

    /// <summary>The master's; after its death the one that is left.</summary>
    public string StoreFolder => (_master ?? _slave)!.StoreFolder;

    public string Output => $"{_master?.Output}\n---- slave\n{_slave?.Output}";

    public long DiedMs { get; private set; }

    public bool IsDying { get; private set; }

    /// <summary>Whoever is left has the log in its order, up to somewhere in a record.</summary>
    public bool KeepsOrder => true;

    public BrokerClient Connect(RequestTable answers) => new(_master!.Address, answers);

    public async Task StartAsync()
    {
        if (!_isNameServerUp)
        {
            await _nameServer.StartAsync();
            _isNameServerUp = true;
        }

        _master = _slave ?? NewMember();
        await _master.StartAsync(0, "SYNC_MASTER");
        _slave = NewMember();
        await _slave.StartAsync(1, "SLAVE");
        await SettleAsync();
        IsDying = false;
    }

    public Death PlanDeath(Random random, int meanLoadMs)
    {
        var loadMs = LeastLoadMs + random.Next(meanLoadMs);
        return random.Next(2) == 0
            ? new($"LostMachine after {loadMs} ms", loadMs)
            : new($"LostMachineAndKilledSlave after {loadMs} ms", loadMs, Operations: 1);
    }

    public async Task DieAsync(Death death, Task begun)
    {
        await begun;
        await Task.Delay(death.LoadMs, CancellationToken.None);
        IsDying = true;
        DiedMs = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await _master!.DisposeAsync();
        _master = null;
        await (death.Operations > 0 ? _slave!.KillAsync() : _slave!.StopAsync());
    }

    public Task StartAndDieAsync(int moment) => throw new NotSupportedException();

    public async Task StopAsync()
    {
        await _slave!.StopAsync();
        await _master!.StopAsync();
        DiedMs = long.MaxValue;
    }

    public async Task KeepAsync(string folder)
    {
        foreach (var member in new[] { _master, _slave }.OfType<SetMember>().Where(member => member.IsRunning))
        {
            await member.KillAsync();
        }

        (_master ?? _slave)!.MoveStore(folder);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in new[] { _slave, _master }.OfType<SetMember>())
        {
            await member.DisposeAsync();
        }

        await _nameServer.DisposeAsync();
    }

    private SetMember NewMember() => new(_nameServer.LocalEndPoint.ToString(), ["inSyncReplicas=2", "slaveTimeout=10000", .. settings]);

    /// <summary>Waits until the slave has the log, and time to ask for the rest.</summary>
    private async Task SettleAsync()
    {
        await using var client = new BrokerClient(_master!.Address);
        using var patience = new CancellationTokenSource(SettlePatience);
        while (await client.HaStatusAsync() is not { InSyncSlaveNums: > 0, HaConnectionInfo: [{ Diff: 0 }] })
        {
            await Task.Delay(50, patience.Token);
        }

        await Task.Delay(LeastLoadMs, CancellationToken.None);
    }
}
