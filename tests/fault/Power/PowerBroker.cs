using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests.Power;

/// <summary>A broker in this process whose machine loses its power: what was not flushed is there after that or not.</summary>
/// <param name="seed">Decides when, and what survives.</param>
/// <param name="clock">Its machine's, which goes on while the broker is dead.</param>
/// <param name="settings">Lines of broker.conf.</param>
/// <param name="prepare">Gives its disk faults of its own each time it is switched on.</param>
/// <param name="plan">Its deaths; by chance when null.</param>
internal sealed class PowerBroker(
    int seed, FastClock clock, IEnumerable<string> settings, Action<PowerFileSystem>? prepare = null, Func<Random, Death>? plan = null) : IMortalBroker
{
    private const int MostOperationsOfALoad = 4_000;
    private const int MostOperationsOfAStop = 60;
    private const int MostOperationsOfAStart = 80;
    private const int LongestOutageMs = 8_000;

    private static readonly string[] Own =
    [
        "brokerName=broker-a", "listenPort=0", "bindAddress=127.0.0.1", "brokerIP1=127.0.0.1", "healthEnable=false", "metricsExporterType=DISABLE",
        "flushDiskType=SYNC_FLUSH", "flushIntervalConsumeQueue=200", "flushConsumeQueueThoroughInterval=700", $"mappedFileSizeTimerLog={52 * 1_000}",

        // By a clock that hurries nothing may depend on how fast this machine is.
        "syncFlushTimeout=3600000",
    ];

    /// <summary>For a load that does not come to the operation it was to die at.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(5);

    /// <summary>For a broker without a disk to come to its end.</summary>
    private static readonly TimeSpan BurialPatience = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();
    private readonly Random _random = new(seed);
    private readonly LogLines _log = new();
    private DiskImage _image = DiskImage.Empty;
    private PowerFileSystem? _files;
    private BrokerServer? _server;
    private volatile bool _isStopping;
    private volatile bool _isBuried;

    public TimeProvider Clock => clock;

    public IStoreFileSystem Files => Disk;

    public string StoreFolder => _folder.File("store");

    public string Output => _log.ToString();

    public long DiedMs { get; private set; }

    public bool IsDying => _isStopping || _isBuried || Disk.IsGone;

    public bool KeepsOrder => false;

    private PowerFileSystem Disk => _files ?? throw new InvalidOperationException("The broker was never started.");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            Disk.LosePower();
            await BuryAsync();
        }

        _folder.Dispose();
    }

    public BrokerClient Connect(RequestTable answers)
    {
        var disk = Disk;
        return new(_server!.Address, answers, clock, () => disk.IsGone);
    }

    public async Task StartAsync()
    {
        SwitchOn();
        try
        {
            await _server!.StartAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException("The broker does not start on what the power loss left.", e);
        }
    }

    public Death PlanDeath(Random random, int meanLoadMs)
    {
        if (plan is not null)
        {
            return plan(random);
        }

        int[] starts = [.. Enumerable.Range(0, random.Next(5) switch { 0 => 1, 1 => 2, _ => 0 }).Select(_ => random.Next(1, MostOperationsOfAStart))];
        var andThen = string.Concat(starts.Select(start => $", again at operation {start} of the start"));
        var loadMs = random.Next(meanLoadMs / 4, meanLoadMs * 7 / 4);
        var operations = (int)Math.Exp(random.NextDouble() * Math.Log(MostOperationsOfALoad));
        var last = random.Next(1, MostOperationsOfAStop);
        return random.Next(10) switch
        {
            0 => new($"PowerLossAfterStop after {loadMs} ms{andThen}", loadMs, IsStop: true, IsClean: true, Starts: starts),
            1 => new($"PowerLossWhileStopping at operation {last} of the stop after {loadMs} ms{andThen}", loadMs, last, IsStop: true, Starts: starts),
            _ => new($"PowerLoss at operation {operations} of the load{andThen}", 0, operations, Starts: starts),
        };
    }

    public async Task DieAsync(Death death, Task begun)
    {
        await begun;
        await Task.Delay(death.LoadMs);
        _isStopping = death.IsStop;
        if (death.IsClean)
        {
            await StopServerAsync();
            DiedMs = long.MaxValue;
            Disk.LosePower();
        }
        else
        {
            Disk.LosePowerAfter(death.Operations);
            await Task.WhenAny(Disk.Lost, death.IsStop ? _server!.DisposeAsync().AsTask() : Task.Delay(LongestLoad));
            Disk.LosePower();
            DiedMs = Disk.LostAt.ToUnixTimeMilliseconds();
        }

        await BuryAsync();
    }

    public async Task StartAndDieAsync(int moment)
    {
        SwitchOn();
        Disk.LosePowerAfter(moment);
        try
        {
            await _server!.StartAsync();
        }
        catch (Exception) when (Disk.IsGone)
        {
            // As it should.
        }
        finally
        {
            Disk.LosePower();
            await BuryAsync();
        }
    }

    public async Task StopAsync()
    {
        await StopServerAsync();
        DiedMs = long.MaxValue;
        Remount(Disk.Leave());
    }

    public async Task KeepAsync(string folder)
    {
        (Disk.IsGone ? _image : Disk.Snapshot()).Export(folder);
        if (_server is not null)
        {
            Disk.LosePower();
            await BuryAsync();
        }
    }

    private void SwitchOn()
    {
        _files = new PowerFileSystem(StoreFolder, _image, new Random(_random.Next()), clock);
        _files.Losing = () => _log.IsDeaf = true;
        prepare?.Invoke(_files);
        var configuration = BrokerConfiguration.Bind(JavaProperties.Parse(
            string.Join('\n', [.. Own, .. settings, $"storePathRootDir={StoreFolder}"]), "the audit"));
        _log.Clear();
        _isStopping = false;
        _isBuried = false;
        _server = new BrokerServer(
            configuration.Broker, configuration.Store, BrokerHost.Surroundings(configuration.Broker, _log) with { Time = clock, Files = _files });
    }

    private async Task StopServerAsync()
    {
        await _server!.DisposeAsync().AsTask().WaitAsync(BurialPatience);
        _server = null;
    }

    /// <summary>Ends what still runs of a broker whose power is gone: it can change nothing any more. Each part may fail at its end, and the next has its turn.</summary>
    private async Task BuryAsync()
    {
        _log.IsDeaf = true;
        var deadline = Task.Delay(BurialPatience);
        var server = _server;
        for (var isAtRest = server is null; !isAtRest;)
        {
            var end = server!.DisposeAsync().AsTask();
            if (await Task.WhenAny(end, deadline) == deadline)
            {
                throw new TimeoutException($"The broker does not come to its end within {BurialPatience.TotalSeconds} s after its disk failed.");
            }

            isAtRest = end.IsCompletedSuccessfully;
        }

        _server = null;
        _isBuried = true;
        Remount(Disk.Survivors);
        clock.Skip(TimeSpan.FromMilliseconds(_random.Next(LongestOutageMs)));
    }

    /// <summary>To be looked at; nobody writes there.</summary>
    private void Remount(DiskImage image)
    {
        _image = image;
        _files = new PowerFileSystem(StoreFolder, image, _random, clock);
    }
}
