using System.Diagnostics;
using System.Globalization;

namespace RocketMQ.Standalone.Replicas;

/// <summary>A broker of the set, seen from the process that starts it: it may be killed, and be started again.</summary>
internal sealed class ReplicaProcess(StandaloneSettings settings, int number, string store)
{
    /// <summary>What a shell adds to the number of the signal that ended a process.</summary>
    private const int SignalBase = 128;

    private Process? _process;
    private bool _isStopping;

    /// <summary>Where it serves, once it does.</summary>
    public string Address { get; private set; } = "";

    public bool IsRunning => _process is { HasExited: false };

    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Starts it and waits until it serves.</summary>
    /// <returns>False when it has ended instead; it has said why.</returns>
    public async Task<bool> StartAsync()
    {
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = Command() };
        process.OutputDataReceived += (_, line) => Show(line.Data, serves);
        process.ErrorDataReceived += (_, line) => Show(line.Data, serves);
        process.Start();
        _process = process;
        var ended = WatchAsync(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await Task.WhenAny(serves.Task, ended).ConfigureAwait(false) == serves.Task;
    }

    /// <summary>Stops it in order, however long it takes: at the end of its input.</summary>
    /// <returns>Its exit code; 0 when it does not run.</returns>
    public async Task<int> StopAsync()
    {
        _isStopping = true;
        if (_process is not { HasExited: false } process)
        {
            return 0;
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>This program, as the one broker; with what this process was told.</summary>
    private ProcessStartInfo Command()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The program's file is not known.");
        List<string> arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        arguments.AddRange(
        [
            "--replica", Text(number), "--replicas", Text(settings.Replicas!.Value), "--namesrv-port", Text(settings.NameServerPort!.Value),
            "--controller-port", Text(settings.ControllerPort!.Value), "--listen", settings.Listen, "--log", settings.Level.ToString(),
        ]);
        Add("--broker-port", settings.BrokerPort is { } port ? Text(port) : null);
        Add("--store", settings.Store);
        Add("-c", settings.ConfigFile);
        return new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([option, value]);
            }
        }

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private void Show(string? line, TaskCompletionSource serves)
    {
        if (line is not null && line.StartsWith(ReplicaHost.Serves, StringComparison.Ordinal))
        {
            Address = line[ReplicaHost.Serves.Length..];
            Console.WriteLine($"broker {number}     {Address}, pid {ProcessId}, store {store}");
            serves.TrySetResult();
        }
        else if (line is not null)
        {
            Console.WriteLine($"broker {number}: {line}");
        }
    }

    private async Task WatchAsync(Process process)
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (!_isStopping)
        {
            var how = process.ExitCode > SignalBase ? $"by signal {process.ExitCode - SignalBase}" : $"with code {process.ExitCode}";
            Console.WriteLine($"broker {number}     pid {process.Id} has ended {how}. {number} and Enter starts it again.");
        }
    }
}
