using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker;

/// <summary>Work that is done every so often until disposal, and then once more unless told otherwise. A failure is logged and does not end it.</summary>
internal sealed class PeriodicWork : IAsyncDisposable
{
    private readonly string _name;
    private readonly TimeSpan _period;
    private readonly Func<ValueTask> _work;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _onceMoreAtStop;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private long _lastRunTimestamp;

    public PeriodicWork(string name, TimeSpan period, Func<ValueTask> work, TimeProvider time, ILogger logger, bool onceMoreAtStop = true)
    {
        _name = name;
        _period = period;
        _work = work;
        _time = time;
        _logger = logger;
        _onceMoreAtStop = onceMoreAtStop;
        _lastRunTimestamp = time.GetTimestamp();
        _running = Task.Run(RunAsync);
    }

    public string Name => _name;

    public TimeSpan Period => _period;

    /// <summary>Time since a run ended, or since the start.</summary>
    public TimeSpan SinceLastRun => _time.GetElapsedTime(Volatile.Read(ref _lastRunTimestamp));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_onceMoreAtStop)
        {
            await WorkAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
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
