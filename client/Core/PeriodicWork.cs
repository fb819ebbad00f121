using Microsoft.Extensions.Logging;

namespace RocketMQ.Client.Core;

/// <summary>
/// Runs an action every so often, and at once when poked; never twice at the same time. Failures are logged and the next turn comes as usual.
/// Disposing cancels the action and waits for it.
/// </summary>
internal sealed class PeriodicWork : IAsyncDisposable
{
    private readonly string _name;
    private readonly Func<CancellationToken, Task> _action;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly ITimer _timer;
    private readonly Task _loop;
    private int _disposed;

    /// <param name="name">Appears in the log when the action fails.</param>
    public PeriodicWork(string name, TimeSpan interval, TimeProvider time, ILogger logger, Func<CancellationToken, Task> action)
    {
        _name = name;
        _action = action;
        _logger = logger;
        _timer = time.CreateTimer(_ => Poke(), null, interval, interval);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Asks for a turn now. Several pokes before it starts are one.</summary>
    public void Poke()
    {
        try
        {
            _due.Release();
        }
        catch (SemaphoreFullException)
        {
            // A turn is due already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _due.WaitAsync(stopping).ConfigureAwait(false);
                await _action(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.PeriodicWorkFailed(_logger, _name, e);
            }
        }
    }
}
