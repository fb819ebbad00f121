using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests.Sets;

/// <summary>A broker of a set, on a machine of its own: a child process, ports and a folder.</summary>
internal sealed class SetMember : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly BrokerPorts _ports = BrokerPorts.Find();
    private readonly string _nameServer;
    private readonly IReadOnlyList<string> _settings;
    private ChildProcess? _process;

    /// <param name="nameServer">Where it registers.</param>
    /// <param name="settings">Lines of broker.conf.</param>
    public SetMember(string nameServer, IReadOnlyList<string> settings)
    {
        _nameServer = nameServer;
        _settings = settings;
    }

    /// <summary>Where slaves come to.</summary>
    public int HaPort => _ports.Broker + 1;

    public string Address => $"127.0.0.1:{_ports.Broker}";

    public string StoreFolder => _folder.File("store");

    public string Output => _process?.Output ?? "";

    public bool IsRunning => _process is { HasExited: false };

    /// <exception cref="InvalidOperationException">It does not come up; the message says why.</exception>
    public async Task StartAsync(long brokerId, string role)
    {
        var file = _folder.File("broker.conf");
        await File.WriteAllLinesAsync(file,
        [
            .. _settings, "brokerName=broker-a", $"brokerId={brokerId}", $"brokerRole={role}", $"namesrvAddr={_nameServer}", "bindAddress=127.0.0.1",
            $"listenPort={_ports.Broker}", $"storePathRootDir={StoreFolder}", "healthEnable=false", "metricsExporterType=DISABLE",
        ]);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Broker.Host.dll"), "-c", file],
            onLine: line =>
            {
                if (line.StartsWith("The broker serves at ", StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            });
        if (await Task.WhenAny(ready.Task, _process.Exited, Task.Delay(Patience)) != ready.Task)
        {
            throw new InvalidOperationException($"A broker of the set does not come up. It printed:\n{Output}");
        }
    }

    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
    }

    /// <summary>The process stands still, and its connections stay open.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    public Task ThawAsync() => _process!.SignalAsync("CONT");

    public async Task StopAsync()
    {
        var code = await _process!.TerminateAsync(Patience);
        Assert.That(code, Is.Zero, $"exit code of a clean stop; the broker printed:\n{Output}");
        await _process.DisposeAsync();
    }

    /// <summary>Takes the store away, to keep it.</summary>
    public void MoveStore(string folder) => Directory.Move(StoreFolder, folder);

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _folder.Dispose();
    }
}
