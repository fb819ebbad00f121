using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RocketMQ.Client.Core;

/// <summary>Owns tasks that nobody waits for until the end. Disposing cancels them and waits.</summary>
internal sealed class BackgroundTasks(ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="name">Appears in the log when the task fails.</param>
    public void Run(string name, Func<CancellationToken, Task> action)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var task = Task.Run(() => GuardAsync(name, action));
        _running.TryAdd(task, 0);
        task.ContinueWith(t => _running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
    }

    private async Task GuardAsync(string name, Func<CancellationToken, Task> action)
    {
        try
        {
            await action(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Log.BackgroundTaskFailed(logger, name, e);
        }
    }
}
