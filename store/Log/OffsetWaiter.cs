using System.Threading.Tasks.Sources;

namespace RocketMQ.Store.Log;

/// <summary>One wait of <see cref="OffsetWaiters"/>; reused.</summary>
internal sealed class OffsetWaiter : IValueTaskSource<FlushResult>, IThreadPoolWorkItem
{
    private readonly Action<OffsetWaiter> _recycle;
    private ManualResetValueTaskSourceCore<FlushResult> _core;
    private FlushResult _result;

    public OffsetWaiter(Action<OffsetWaiter> recycle) => _recycle = recycle;

    /// <summary>The offset that has to be reached.</summary>
    public long EndOffset { get; private set; }

    /// <summary>When the wait ends anyway, in ticks of the clock.</summary>
    public long Deadline { get; private set; }

    public ValueTask<FlushResult> Begin(long endOffset, long deadline)
    {
        EndOffset = endOffset;
        Deadline = deadline;
        return new(this, _core.Version);
    }

    /// <summary>What it is answered by <see cref="Execute"/>, on a thread that may do what comes then.</summary>
    public void Answer(FlushResult result) => _result = result;

    public void Execute() => _core.SetResult(_result);

    public FlushResult GetResult(short token)
    {
        var result = _core.GetResult(token);
        _core.Reset();
        _recycle(this);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
