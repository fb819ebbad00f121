using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// Writes a table soon after it changed, away from the thread that changed it: topics and groups are created on threads that may not
/// touch the disk. Changes that come while one write runs are taken by the next.
/// </summary>
internal sealed class BackgroundSave(string name, Action save, ILogger logger)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _next;
    private bool _running;
    private Task _saved = Task.CompletedTask;

    /// <summary>Completes when every change made before is in the file.</summary>
    public Task Saved => Volatile.Read(ref _saved);

    /// <summary>The table has changed.</summary>
    public void Request()
    {
        lock (_lock)
        {
            if (_next is null)
            {
                _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _saved, _next.Task);
            }

            if (!_running)
            {
                _running = true;
                _ = Task.Run(Run);
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            TaskCompletionSource current;
            lock (_lock)
            {
                if (_next is null)
                {
                    _running = false;
                    return;
                }

                current = _next;
                _next = null;
            }

            try
            {
                save();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.BackgroundFailed(logger, $"writing {name}", e);
            }

            current.SetResult();
        }
    }
}
