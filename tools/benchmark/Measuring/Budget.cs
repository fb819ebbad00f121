namespace RocketMQ.Benchmark.Measuring;

/// <summary>How much is still to be done: so many messages, so long, or until cancelled. Shared by all workers of a run.</summary>
internal sealed class Budget : IDisposable
{
    private readonly CancellationTokenSource _ended;
    private readonly bool _isCounted;
    private long _left;

    /// <param name="count">Messages; 0 is no limit.</param>
    /// <param name="duration">Zero is no limit.</param>
    public Budget(long count, TimeSpan duration, CancellationToken cancellationToken)
    {
        _isCounted = count > 0;
        _left = count;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (duration > TimeSpan.Zero)
        {
            _ended.CancelAfter(duration);
        }
    }

    /// <summary>Cancelled when the time is over, not when the messages are used up.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>All messages are claimed; never, when they are not counted.</summary>
    public bool IsUsedUp => _isCounted && Volatile.Read(ref _left) <= 0;

    /// <summary>Claims work.</summary>
    /// <returns>Whether there is any left.</returns>
    public bool TryTake(int messages = 1) =>
        !_ended.IsCancellationRequested && (!_isCounted || Interlocked.Add(ref _left, -messages) > -messages);

    /// <summary>Tells of work that nobody claimed before.</summary>
    /// <returns>Whether there is any left.</returns>
    public bool TrySpend(int messages) =>
        !_ended.IsCancellationRequested && (!_isCounted || Interlocked.Add(ref _left, -messages) > 0);

    public void Dispose() => _ended.Dispose();
}
