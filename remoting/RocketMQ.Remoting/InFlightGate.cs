namespace RocketMQ.Remoting;

/// <summary>
/// Counts the requests of a connection that handlers still work on: holds the read loop while they are too many, and the end of the
/// connection while there are any.
/// </summary>
internal sealed class InFlightGate(int limit)
{
    private int _count;
    private Waiter? _waiter;

    private sealed class Waiter(int below) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Below { get; } = below;
    }

    public bool IsFull => Volatile.Read(ref _count) >= limit;

    public void Enter() => Interlocked.Increment(ref _count);

    public void Exit()
    {
        var count = Interlocked.Decrement(ref _count);
        if (Volatile.Read(ref _waiter) is { } waiter && count < waiter.Below)
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>Completes at once while the count is under the limit.</summary>
    public ValueTask WaitAsync() => BelowAsync(limit);

    /// <summary>Completes when no request is worked on.</summary>
    public ValueTask NoneAsync() => BelowAsync(1);

    /// <summary>One caller at a time: the read loop, and after it the end of the connection.</summary>
    private ValueTask BelowAsync(int count)
    {
        if (Volatile.Read(ref _count) < count)
        {
            return default;
        }

        var waiter = new Waiter(count);
        Interlocked.Exchange(ref _waiter, waiter);
        if (Volatile.Read(ref _count) < count)
        {
            // The last exit may have come before the waiter was there.
            waiter.TrySetResult();
        }

        return new ValueTask(waiter.Task);
    }
}
