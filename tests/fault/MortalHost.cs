using RocketMQ.Remoting;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests;

/// <summary>The standalone host as a child process, killed with SIGKILL: what it wrote into pages the kernel has.</summary>
internal sealed class MortalHost(params string[] settings) : IMortalBroker
{
    private readonly StandaloneHost _host = new(settings);

    public TimeProvider Clock => TimeProvider.System;

    public IStoreFileSystem Files => PhysicalFileSystem.Instance;

    public string StoreFolder => _host.StoreFolder;

    public string Output => _host.Output;

    public long DiedMs { get; private set; }

    public bool IsDying { get; private set; }

    public bool KeepsOrder => true;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public BrokerClient Connect(RequestTable answers) => new(_host.Broker, answers);

    public async Task StartAsync()
    {
        await _host.StartAsync();
        IsDying = false;
    }

    public Death PlanDeath(Random random, int meanLoadMs)
    {
        var kind = random.Next(10);
        var loadMs = random.Next(meanLoadMs / 4, meanLoadMs * 7 / 4);
        return kind switch
        {
            0 => new($"CleanStop after {loadMs} ms", loadMs, IsStop: true, IsClean: true),
            1 or 2 => new($"KillThenKillWhileStarting after {loadMs} ms", loadMs, Starts: random.Next(50, 1_500)),
            _ => new($"Kill after {loadMs} ms", loadMs),
        };
    }

    public async Task DieAsync(Death death, Task begun)
    {
        await begun;
        await Task.Delay(death.LoadMs, CancellationToken.None);
        IsDying = true;
        if (death.IsClean)
        {
            await StopAsync();
            return;
        }

        DiedMs = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await _host.KillAsync();
    }

    public Task StartAndDieAsync(int moment) => _host.StartAndKillAsync(TimeSpan.FromMilliseconds(moment));

    public async Task StopAsync()
    {
        await _host.StopAsync();
        DiedMs = long.MaxValue;
    }

    public async Task KeepAsync(string folder)
    {
        if (_host.IsRunning)
        {
            await _host.KillAsync();
        }

        Directory.Move(_host.StoreFolder, folder);
    }
}
