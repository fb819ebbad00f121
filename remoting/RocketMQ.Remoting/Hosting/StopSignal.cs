using System.Runtime.InteropServices;

namespace RocketMQ.Remoting.Hosting;

/// <summary>SIGTERM and Ctrl-C as something to wait for, so that a process stops in order and leaves with 0.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public StopSignal()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    }

    /// <summary>Completes when the process is asked to stop.</summary>
    public Task Received => _stop.Task;

    /// <summary>Cancelled when the process is asked to stop: for a start that need not go on then.</summary>
    public CancellationToken Requested => _requested.Token;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _requested.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.TrySetResult();
        _requested.Cancel();
    }
}
