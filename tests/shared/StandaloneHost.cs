using NUnit.Framework;

namespace RocketMQ.TestSupport;

/// <summary>
/// The standalone host as users run it: a child process of the build that is being tested, with its own store and ports. It can be
/// stopped or killed and started again on what it left behind. The test project references tools/standalone, which puts it beside the tests.
/// </summary>
public sealed class StandaloneHost : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();
    private readonly BrokerPorts _ports = BrokerPorts.Find();
    private ChildProcess? _process;

    /// <param name="settings">Lines of broker.conf: <c>key=value</c>.</param>
    public StandaloneHost(params string[] settings) => File.WriteAllLines(ConfigurationFile, settings);

    /// <summary>Where clients look brokers up, <c>host:port</c>.</summary>
    public string NameServer => $"127.0.0.1:{_ports.NameServer}";

    /// <summary>Where the broker listens, <c>host:port</c>.</summary>
    public string Broker => $"127.0.0.1:{_ports.Broker}";

    public string StoreFolder => _folder.File("store");

    /// <summary>What the current process printed.</summary>
    public string Output => _process?.Output ?? "";

    /// <exception cref="InvalidOperationException">The host is not started.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The host is not started.");

    public bool IsRunning => _process is { HasExited: false };

    private string ConfigurationFile => _folder.File("broker.conf");

    public static async Task<StandaloneHost> StartNewAsync(params string[] settings)
    {
        var host = new StandaloneHost(settings);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>Starts the process and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it printed.</exception>
    public async Task StartAsync()
    {
        var ready = Launch();
        if (await Task.WhenAny(ready, _process!.Exited, Task.Delay(StartPatience)) != ready)
        {
            throw new InvalidOperationException($"The standalone host does not become ready. It printed:\n{Output}");
        }
    }

    /// <summary>kill -9 at some moment of the start, ready or not.</summary>
    public async Task StartAndKillAsync(TimeSpan after)
    {
        _ = Launch();
        await Task.Delay(after);
        await KillAsync();
    }

    /// <summary>Stops as a service manager does (SIGTERM); a clean stop ends with exit code 0.</summary>
    public async Task StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("The host is not started.");
        var code = await process.TerminateAsync(StopPatience);
        Assert.That(code, Is.Zero, $"exit code of a clean stop; the host printed:\n{process.Output}");
        await process.DisposeAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        var process = _process ?? throw new InvalidOperationException("The host is not started.");
        await process.KillAsync();
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <returns>Completes when the host says that clients can come.</returns>
    private Task Launch()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var program = Path.Combine(AppContext.BaseDirectory, "RocketMQ.Standalone.dll");
        string[] arguments =
        [
            program,
            "--namesrv-port", $"{_ports.NameServer}",
            "--broker-port", $"{_ports.Broker}",
            "--store", StoreFolder,
            "--listen", "127.0.0.1",
            "-c", ConfigurationFile,
        ];
        _process = ChildProcess.Start("dotnet", arguments, onLine: line =>
        {
            if (line.StartsWith("Ready", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        });
        return ready.Task;
    }
}
