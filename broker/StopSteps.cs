using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker;

/// <summary>
/// What was started, to be stopped in the reverse order. Each step is taken, whatever those before it did, and none may hold up the rest for
/// long; what failed or was late is logged by name.
/// </summary>
internal sealed class StopSteps(TimeProvider time, ILogger logger)
{
    /// <summary>Longest that is waited for a step, but for those that bring what clients were promised to the disk.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Stack<(string Name, Func<ValueTask> Stop, bool IsWaitedFor)> _steps = new();

    /// <param name="name">What it stops, for the log.</param>
    /// <param name="stop">The step.</param>
    /// <param name="isWaitedFor">Whether it is waited for however long it takes.</param>
    public void Add(string name, Func<ValueTask> stop, bool isWaitedFor = false) => _steps.Push((name, stop, isWaitedFor));

    /// <summary>Takes all steps.</summary>
    /// <returns>The names of those that failed or were late.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var failed = new List<string>();
        while (_steps.TryPop(out var step))
        {
            // Not on this thread: a step may block before it awaits anything.
            var stopping = Task.Run(async () => await step.Stop().ConfigureAwait(false));
            try
            {
                if (!await EndsAsync(step.Name, stopping, step.IsWaitedFor).ConfigureAwait(false))
                {
                    failed.Add(step.Name);
                }
            }
            catch (Exception e)
            {
                Log.StopFailed(logger, step.Name, e);
                failed.Add(step.Name);
            }
        }

        return failed;
    }

    /// <returns>False when it was late.</returns>
    private async Task<bool> EndsAsync(string name, Task stopping, bool isWaitedFor)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await stopping.WaitAsync(Patience, time).ConfigureAwait(false);

                // A part with as much patience of its own has left something undone, too.
                return isWaitedFor || time.GetElapsedTime(started) < Patience;
            }
            catch (TimeoutException) when (!stopping.IsCompleted)
            {
                Log.StopLate(logger, name, Patience.TotalSeconds, isWaitedFor ? "it is waited for" : "the rest goes on");
                if (!isWaitedFor)
                {
                    _ = stopping.ContinueWith(static task => task.Exception, TaskScheduler.Default);
                    return false;
                }
            }
        }
    }
}
