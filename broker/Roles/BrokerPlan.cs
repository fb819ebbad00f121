using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker.Roles;

/// <summary>
/// The parts of a broker, in the order they start. They stop in the reverse order, each whatever became of those before it, and none may hold up the rest
/// for long; what failed or was late is logged by name.
/// </summary>
internal sealed class BrokerPlan(TimeProvider time, ILogger logger)
{
    /// <summary>Longest that is waited for a part, but for those that bring what clients were promised to the disk.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>After so long in all, a part that is late has <see cref="LastPatience"/> left: the store is to be closed before whoever stops the process loses theirs.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private readonly List<BrokerPart> _parts = [];

    /// <summary>The parts, in the order they start.</summary>
    public IReadOnlyList<BrokerPart> Parts => _parts;

    /// <summary>Has a part that waits for <see cref="StartAsync"/>.</summary>
    public void Add(BrokerPart part) => _parts.Add(part);

    /// <summary>Has a part that runs already.</summary>
    public T Hold<T>(string name, T part)
        where T : IAsyncDisposable
    {
        Hold(new BrokerPart(name, part.DisposeAsync));
        return part;
    }

    /// <summary>Has a part that runs already.</summary>
    public void Hold(BrokerPart part)
    {
        part.IsRunning = true;
        _parts.Add(part);
    }

    /// <summary>Starts what a role runs and is not running. Fails with the first that fails; what runs by then is left to the stop.</summary>
    public async Task StartAsync(BrokerRole role, CancellationToken cancellationToken = default)
    {
        foreach (var part in _parts.Where(p => !p.IsRunning && p.RunsIn(role)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            await part.Stopping.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            part.IsRunning = true;
            await part.Start(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops what a role does not run, the last that started first.</summary>
    /// <param name="role">The role; none for everything.</param>
    /// <returns>The names of the parts that failed or were late.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(BrokerRole? role = null)
    {
        var failed = new List<string>();
        var spent = TimeSpan.Zero;
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            var part = _parts[i];
            if (!part.IsRunning || (role is { } keeps && part.RunsIn(keeps)))
            {
                continue;
            }

            var began = time.GetTimestamp();
            if (!await StopAsync(part, part.Grace + (spent < Deadline ? Patience : LastPatience)).ConfigureAwait(false))
            {
                failed.Add(part.Name);
            }

            var took = time.GetElapsedTime(began);
            spent += took > part.Grace ? took - part.Grace : TimeSpan.Zero;
        }

        return failed;
    }

    /// <returns>False when it failed or was late.</returns>
    private async Task<bool> StopAsync(BrokerPart part, TimeSpan patience)
    {
        part.IsRunning = false;

        // Not on this thread: a part may block before it awaits anything.
        part.Stopping = Task.Run(async () => await part.Stop().ConfigureAwait(false));
        try
        {
            return await EndsAsync(part, patience).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.StopFailed(logger, part.Name, e);
            return false;
        }
    }

    /// <returns>False when it was late.</returns>
    private async Task<bool> EndsAsync(BrokerPart part, TimeSpan patience)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await part.Stopping.WaitAsync(patience, time).ConfigureAwait(false);

                // A part with as much patience of its own has left something undone, too.
                return part.IsWaitedFor || time.GetElapsedTime(began) < patience;
            }
            catch (TimeoutException) when (!part.Stopping.IsCompleted)
            {
                Log.StopLate(logger, part.Name, patience.TotalSeconds, part.IsWaitedFor ? "it is waited for" : "the rest goes on");
                if (!part.IsWaitedFor)
                {
                    _ = part.Stopping.ContinueWith(static task => task.Exception, TaskScheduler.Default);
                    return false;
                }
            }
        }
    }
}
