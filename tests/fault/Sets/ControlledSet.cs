using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.NameServer;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Sets;

/// <summary>
/// Three brokers that a controller watches over, each a process. The master dies, is frozen, or stops; others with it. Another one is elected, and who was gone
/// comes back behind it.
/// </summary>
internal sealed class ControlledSet : IMortalBroker
{
    private const int Brokers = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Who is so long out of step leaves the sync-state set.</summary>
    private const int OutOfStepMs = 1_500;

    /// <summary>How long a master goes on without the others.</summary>
    private const int AloneMs = 1_000;

    /// <summary>Longest that they have to join again.</summary>
    private const int MostJoinMs = 400;

    /// <summary>A slave has what was made, changed or committed so long ago; on a busy machine its next question takes longer than the second it should.</summary>
    private const int LeastLoadMs = 2_500;

    private readonly NameServer.NameServer _nameServer = new(
        new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1" }, TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Inline);
    private readonly ControllerProcess _controller = new();
    private readonly List<SetMember> _members = [];
    private readonly List<SetMember> _gone = [];

    /// <summary>Before the ports that slaves come to.</summary>
    private readonly Dictionary<SetMember, Wire> _wires = [];
    private readonly IReadOnlyList<string> _settings;
    private SetMember? _master;
    private int _joinMs;
    private bool _hasTopics;

    public ControlledSet(params IReadOnlyList<string> settings) => _settings = settings;

    public TimeProvider Clock => TimeProvider.System;

    public IStoreFileSystem Files => PhysicalFileSystem.Instance;

    public string StoreFolder => (_gone.FirstOrDefault(member => !member.IsRunning) ?? _master!).StoreFolder;

    public string Output => string.Join("\n----\n", _members.Select(member => member.Output).Prepend(_controller.Output));

    public long DiedMs { get; private set; }

    public bool IsDying { get; private set; }

    /// <summary>Whoever is left writes on while the log is looked at.</summary>
    public bool KeepsOrder => false;

    /// <summary>How long nobody took a message, by how the master went.</summary>
    public List<(string Kind, TimeSpan Time)> Failovers { get; } = [];

    /// <summary>How long it took until all were in the set again.</summary>
    public List<TimeSpan> Returns { get; } = [];

    public BrokerClient Connect(RequestTable answers) => new(_master!.Address, answers);

    public async Task StartAsync()
    {
        if (_members.Count == 0)
        {
            await _nameServer.StartAsync();
            await _controller.StartAsync();
            for (var i = 0; i < Brokers; i++)
            {
                _members.Add(new SetMember(_nameServer.LocalEndPoint.ToString(),
                [
                    .. _settings, "enableControllerMode=true", $"controllerAddr={_controller.Address}", "slaveTimeout=10000", $"brokerIP2={Wire.Host}",
                    $"haMaxTimeSlaveNotCatchup={OutOfStepMs}", "checkSyncStateSetPeriod=500",
                ]));
                _wires.Add(_members[i], new Wire(_members[i].HaPort));
                await _members[i].StartAsync(0, "ASYNC_MASTER");
            }
        }

        var began = Stopwatch.GetTimestamp();
        foreach (var member in _gone.Where(member => !member.IsRunning))
        {
            await member.StartAsync(0, "ASYNC_MASTER");
        }

        await WaitWholeAsync();
        if (_gone.Count > 0)
        {
            Returns.Add(Stopwatch.GetElapsedTime(began));
        }

        _gone.Clear();

        // What the clients of the last round, and those before it, have said.
        await Task.Delay(LeastLoadMs, CancellationToken.None);
        IsDying = false;
    }

    /// <summary>How often nobody but the master that was killed could lead.</summary>
    public int Returned { get; private set; }

    public Death PlanDeath(Random random, int meanLoadMs)
    {
        var loadMs = random.Next(meanLoadMs / 4, meanLoadMs * 7 / 4);
        if (!_hasTopics)
        {
            // The topics have just been made.
            loadMs += LeastLoadMs;
            _hasTopics = true;
        }

        var way = random.Next(10) switch
        {
            0 or 1 => Way.Frozen,
            2 => Way.Stopped,
            3 => Way.KilledWithASlave,
            4 => Way.KilledWithTheController,
            5 => Way.KilledWhenAlone,
            6 or 7 => Way.KilledWhileTheOthersJoin,
            _ => Way.Killed,
        };

        _joinMs = random.Next(MostJoinMs);

        // A broker that is told to stop, or wakes as a slave, or whom nobody follows, turns clients away.
        return new($"{way} after {loadMs} ms", loadMs, Operations: (int)way, IsStop: way is Way.Frozen or Way.Stopped or Way.KilledWhenAlone or Way.KilledWhileTheOthersJoin, Starts: []);
    }

    public async Task DieAsync(Death death, Task begun)
    {
        await begun;
        await Task.Delay(death.LoadMs, CancellationToken.None);
        IsDying = true;
        DiedMs = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (way, old) = ((Way)death.Operations, _master!);
        _gone.Add(old);
        var began = Stopwatch.GetTimestamp();
        switch (way)
        {
            case Way.Frozen:
                await old.FreezeAsync();
                break;
            case Way.Stopped:
                var stopping = old.StopAsync();
                await WaitMasterAsync(old);
                Failovers.Add((way.ToString(), Stopwatch.GetElapsedTime(began)));
                await stopping;
                return;
            case Way.KilledWithASlave:
                var slave = _members.First(member => member != old);
                _gone.Add(slave);
                await Task.WhenAll(old.KillAsync(), slave.KillAsync());
                if (!await TryWaitMasterAsync(old, TimeSpan.FromSeconds(5)))
                {
                    // It had been elected in between, and nobody else may lead.
                    await slave.StartAsync(0, "ASYNC_MASTER");
                    await WaitMasterAsync(old);
                    Returned++;
                }

                return;
            case Way.KilledWhenAlone or Way.KilledWhileTheOthersJoin:
                // The others leave the set, and it goes on without them.
                _wires[old].FallSilent();
                await Task.Delay(OutOfStepMs + AloneMs, CancellationToken.None);
                if (way == Way.KilledWhileTheOthersJoin)
                {
                    _wires[old].Speak();
                    await Task.Delay(_joinMs, CancellationToken.None);
                }

                DiedMs = Clock.GetUtcNow().ToUnixTimeMilliseconds();
                await old.KillAsync();
                _wires[old].Speak();
                if (!await TryWaitMasterAsync(old, TimeSpan.FromSeconds(2)))
                {
                    // Nobody else has all that was acknowledged: nobody else may lead.
                    await old.StartAsync(0, "ASYNC_MASTER");
                    await WaitMasterAsync(null);
                    Returned++;
                }

                return;
            case Way.KilledWithTheController:
                await Task.WhenAll(_controller.KillAsync(), old.KillAsync());
                await _controller.StartAsync();
                break;
            default:
                await old.KillAsync();
                break;
        }

        await WaitMasterAsync(old);
        Failovers.Add((way.ToString(), Stopwatch.GetElapsedTime(began)));
        if (way == Way.Frozen)
        {
            // What waits for its answer gets one now, and none that is not true.
            await old.ThawAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }

    public Task StartAndDieAsync(int moment) => throw new NotSupportedException();

    public async Task StopAsync()
    {
        foreach (var member in _members.Where(member => member != _master))
        {
            await member.StopAsync();
        }

        await _master!.StopAsync();
        DiedMs = long.MaxValue;
    }

    public async Task KeepAsync(string folder)
    {
        foreach (var member in _members.Where(member => member.IsRunning))
        {
            await member.KillAsync();
        }

        Directory.CreateDirectory(folder);
        foreach (var (i, member) in _members.Index())
        {
            member.MoveStore(Path.Combine(folder, $"{(member == _master ? "master" : "slave")}-{i}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        foreach (var wire in _wires.Values)
        {
            await wire.DisposeAsync();
        }

        await _controller.DisposeAsync();
        await _nameServer.DisposeAsync();
    }

    /// <summary>In words: the median and the worst by kind, in milliseconds.</summary>
    public string Times() => string.Join("; ", Failovers.GroupBy(failover => failover.Kind).Select(kind => Text(kind.Key, [.. kind.Select(k => k.Time)]))
        .Append(Text("all in the set again after", Returns)).Append($"only who had gone could lead {Returned} times"));

    private static string Text(string what, List<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? what : string.Create(
            CultureInfo.InvariantCulture, $"{what} {sorted.Count} times: median {sorted[sorted.Count / 2].TotalMilliseconds:0} ms, worst {sorted[^1].TotalMilliseconds:0} ms");
    }

    private async Task WaitMasterAsync(SetMember? old)
    {
        if (!await TryWaitMasterAsync(old, Patience))
        {
            throw new InvalidOperationException($"Nobody takes messages {Patience.TotalSeconds} s after the master was gone.");
        }
    }

    /// <summary>Waits until another broker takes messages.</summary>
    private async Task<bool> TryWaitMasterAsync(SetMember? old, TimeSpan longest)
    {
        using var patience = new CancellationTokenSource(longest);
        var asked = _members.Where(member => member != old && member.IsRunning).ToList();
        var clients = asked.ToDictionary(member => member, member => new BrokerClient(member.Address));
        try
        {
            while (!patience.IsCancellationRequested)
            {
                foreach (var member in asked)
                {
                    if (await clients[member].TakesMessagesAsync())
                    {
                        _master = member;
                        return true;
                    }
                }

                await Task.Delay(2, CancellationToken.None);
            }

            return false;
        }
        finally
        {
            foreach (var client in clients.Values)
            {
                await client.DisposeAsync();
            }
        }
    }

    /// <summary>Waits until all are in the set, and have the log.</summary>
    private async Task WaitWholeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            foreach (var member in _members)
            {
                await using var client = new BrokerClient(member.Address);
                try
                {
                    if (await client.HaStatusAsync() is { Master: true, InSyncSlaveNums: Brokers - 1 } status && status.HaConnectionInfo.All(slave => slave.Diff == 0))
                    {
                        _master = member;
                        return;
                    }
                }
                catch (RemotingException)
                {
                    // It begins anew with what is left of its log.
                }
            }

            if (patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Not all of the set are in step after {Patience.TotalSeconds} s.");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private enum Way
    {
        Killed,
        Frozen,
        Stopped,
        KilledWithASlave,
        KilledWithTheController,
        KilledWhenAlone,
        KilledWhileTheOthersJoin,
    }
}
