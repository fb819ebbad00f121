using System.Threading.Tasks.Sources;

namespace RocketMQ.Broker.Replication;

/// <summary>
/// Wakes the one who waits for it, or lets them not wait at all if it rang before. Any thread rings, as often as it likes, and is not held up: who
/// waited goes on elsewhere.
/// </summary>
internal sealed class Bell : IValueTaskSource
{
    private const int Quiet = 0;
    private const int Rung = 1;
    private const int WaitedFor = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Ring()
    {
        // A full fence in any case: who has just heard it must see why it rings again.
        if (Interlocked.Exchange(ref _state, Rung) == WaitedFor)
        {
            _core.SetResult(true);
        }
    }

    /// <summary>Completes when it has rung since the last wait. For one at a time.</summary>
    public ValueTask WaitAsync()
    {
        // The core is made ready first: whoever finds somebody waiting completes it.
        _core.Reset();
        return Interlocked.CompareExchange(ref _state, WaitedFor, Quiet) == Rung ? Heard() : new ValueTask(this, _core.Version);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        Interlocked.Exchange(ref _state, Quiet);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ValueTask Heard()
    {
        Interlocked.Exchange(ref _state, Quiet);
        return default;
    }
}
