namespace RocketMQ.Remoting;

/// <summary>
/// Counts the requests of a connection that handlers still work on, and the bytes that were copied for them: holds the read loop while they
/// are too many, and the end of the connection while there are any.
/// </summary>
internal sealed class InFlightGate(int limit, long byteLimit)
{
    private int _count;
    private long _bytes;
    private Waiter? _waiter;

    private sealed class Waiter(int below) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Below { get; } = below;
    }

    public bool IsFull => !IsBelow(limit);

    public void Enter(long bytes = 0)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _count);
    }

    public void Exit(long bytes = 0)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Decrement(ref _count);
        if (Volatile.Read(ref _waiter) is { } waiter && IsBelow(waiter.Below))
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>Completes at once while the count and the bytes are under their limits.</summary>
    public ValueTask WaitAsync() => BelowAsync(limit);

    /// <summary>Completes when no request is worked on.</summary>
    public ValueTask NoneAsync() => BelowAsync(1);

    /// <summary>One caller at a time: the read loop, and after it the end of the connection.</summary>
    private ValueTask BelowAsync(int count)
    {
        if (IsBelow(count))
        {
            return default;
        }

        var waiter = new Waiter(count);
        Interlocked.Exchange(ref _waiter, waiter);
        if (IsBelow(count))
        {
            // The last exit may have come before the waiter was there.
            waiter.TrySetResult();
        }

        return new ValueTask(waiter.Task);
    }

    private bool IsBelow(int count) => Volatile.Read(ref _count) < count && Volatile.Read(ref _bytes) < byteLimit;
}
