using RocketMQ.Client;
using RocketMQ.Remoting;

/// <summary>What all samples share: where the name server is, an end by itself or with Ctrl-C, and an exit code.</summary>
internal static class Sample
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Runs a sample. Its token is cancelled by Ctrl-C, and after a minute in any case.</summary>
    /// <param name="args">The first is the name server, <c>127.0.0.1:9876</c> when absent.</param>
    /// <returns>The exit code: 1 when RocketMQ could not do what was asked.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string, CancellationToken, Task> body)
    {
        using var stop = new CancellationTokenSource(Longest, TimeProvider.System);
        Console.CancelKeyPress += (_, e) =>
        {
            // The process goes on: consumers store their offsets and leave their groups before it ends.
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            await body(args.FirstOrDefault("127.0.0.1:9876"), stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return 0;
        }
        catch (Exception e) when (e is RocketMQException or RemotingException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}

/// <summary>Counts what a handler dealt with, so that a sample knows when it has seen all it sent.</summary>
internal sealed class Countdown(int count)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    public void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.TrySetResult();
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);
}
