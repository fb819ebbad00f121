using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests.Sets;

/// <summary>A controller as a process, with its state in a file.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly int _port = BrokerPorts.Find().Broker;
    private ChildProcess? _process;

    public string Address => $"127.0.0.1:{_port}";

    public string Output => _process?.Output ?? "";

    /// <exception cref="InvalidOperationException">It does not come up; the message says why.</exception>
    public async Task StartAsync()
    {
        var file = _folder.File("controller.conf");
        await File.WriteAllLinesAsync(file, ["bindAddress=127.0.0.1", $"listenPort={_port}", $"controllerStorePath={_folder.File("state")}"]);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Controller.Host.dll"), "-c", file],
            onLine: line =>
            {
                if (line.StartsWith("The controller listens on ", StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            });
        if (await Task.WhenAny(ready.Task, _process.Exited, Task.Delay(Patience)) != ready.Task)
        {
            throw new InvalidOperationException($"The controller does not come up. It printed:\n{Output}");
        }
    }

    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _folder.Dispose();
    }
}
