using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RocketMQ.TestSupport;

/// <summary>
/// A program started by a test and never outliving it. What it prints is kept, so that a failure can show it.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private bool _disposed;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited { get; private set; } = Task.CompletedTask;

    /// <summary>What it printed so far, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a program whose streams are all the test's.</summary>
    /// <param name="onLine">Called with every line of standard output.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string? folder = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data, onLine);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data, null);
        process.Start();
        child.Exited = process.WaitForExitAsync();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public void WriteLine(string line)
    {
        lock (_process)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
    }

    /// <summary>kill -9: the process gets no chance to write anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <param name="name">Of the signal, without SIG.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits for the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan patience)
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync(patience);
    }

    /// <exception cref="TimeoutException">It still runs; it is killed.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw new TimeoutException($"Process {Id} did not end within {patience.TotalSeconds:0} s. It printed:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _disposed = true;
        _process.Dispose();
    }

    private void Keep(string? line, Action<string>? onLine)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        onLine?.Invoke(line);
    }
}
