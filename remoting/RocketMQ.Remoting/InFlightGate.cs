namespace RocketMQ.Remoting;

/// <summary>Counts the requests of a connection that handlers still work on, and holds the read loop while they are too many.</summary>
internal sealed class InFlightGate(int limit)
{
    private int _count;
    private TaskCompletionSource? _below;

    public void Enter() => Interlocked.Increment(ref _count);

    public void Exit()
    {
        if (Interlocked.Decrement(ref _count) < limit)
        {
            Interlocked.Exchange(ref _below, null)?.TrySetResult();
        }
    }

    /// <summary>Completes at once while the count is under the limit.</summary>
    public ValueTask WaitAsync()
    {
        if (Volatile.Read(ref _count) < limit)
        {
            return default;
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _below, waiter);
        if (Volatile.Read(ref _count) < limit)
        {
            // The last exit may have come before the waiter was there.
            Interlocked.Exchange(ref _below, null)?.TrySetResult();
        }

        return new ValueTask(waiter.Task);
    }
}
