using System.Runtime.InteropServices;

namespace RocketMQ.Standalone.Replicas;

/// <summary>
/// When a broker of the set is to stop: the process that started it closes its input, or is gone, or somebody tells it to (SIGTERM). Ctrl-C reaches all
/// processes of the terminal, and is the first one's, which stops the others in order.
/// </summary>
internal sealed class ReplicaStop : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public ReplicaStop()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            Stop();
        });
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        new Thread(WaitForEndOfInput) { IsBackground = true, Name = "end of input" }.Start();
    }

    public Task Received => _stop.Task;

    /// <summary>Cancelled then: for a start that need not go on.</summary>
    public CancellationToken Requested => _requested.Token;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private void WaitForEndOfInput()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
            // Nobody says anything here.
        }

        Stop();
    }

    private void Stop()
    {
        _stop.TrySetResult();
        _requested.Cancel();
    }
}
