using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker;

/// <summary>
/// Work that is done every so often between start and stop, and at stop once more unless told otherwise. It may be started again. A failure is logged
/// and does not end it.
/// </summary>
internal sealed class PeriodicWork : IAsyncDisposable
{
    private readonly string _name;
    private readonly TimeSpan _period;
    private readonly Func<ValueTask> _work;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _onceMoreAtStop;
    private CancellationTokenSource? _stopping;
    private Task _running = Task.CompletedTask;
    private long _lastRunTimestamp;

    public PeriodicWork(string name, TimeSpan period, Func<ValueTask> work, TimeProvider time, ILogger logger, bool onceMoreAtStop = true)
    {
        _name = name;
        _period = period;
        _work = work;
        _time = time;
        _logger = logger;
        _onceMoreAtStop = onceMoreAtStop;
    }

    public string Name => _name;

    public TimeSpan Period => _period;

    public bool IsRunning => Volatile.Read(ref _stopping) is not null;

    /// <summary>Time since a run ended, or since the start.</summary>
    public TimeSpan SinceLastRun => _time.GetElapsedTime(Volatile.Read(ref _lastRunTimestamp));

    public PeriodicWork Start()
    {
        var stopping = new CancellationTokenSource();
        if (Interlocked.CompareExchange(ref _stopping, stopping, null) is not null)
        {
            stopping.Dispose();
            return this;
        }

        Volatile.Write(ref _lastRunTimestamp, _time.GetTimestamp());
        _running = Task.Run(() => RunAsync(stopping.Token));
        return this;
    }

    public async ValueTask StopAsync()
    {
        if (Interlocked.Exchange(ref _stopping, null) is not { } stopping)
        {
            return;
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_onceMoreAtStop)
        {
            await WorkAsync().ConfigureAwait(false);
        }

        stopping.Dispose();
    }

    public ValueTask DisposeAsync() => StopAsync();

    private async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                await WorkAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async ValueTask WorkAsync()
    {
        try
        {
            await _work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.BackgroundFailed(_logger, _name, e);
        }

        Volatile.Write(ref _lastRunTimestamp, _time.GetTimestamp());
    }
}
