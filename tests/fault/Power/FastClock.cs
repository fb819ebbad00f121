namespace RocketMQ.Fault.Tests.Power;

/// <summary>A clock that runs faster than the world, so that seconds of a broker's life go by while a test waits a moment.</summary>
internal sealed class FastClock(int speed) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _origin = System.GetUtcNow();
    private long _skipped;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _origin + GetElapsedTime(_start);

    public override long GetTimestamp() => _start + (System.GetTimestamp() - _start) * speed + Volatile.Read(ref _skipped);

    /// <summary>Time goes by while nobody looks at the clock.</summary>
    public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * TimestampFrequency));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(this, System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)));

    /// <summary>Zero means at once, or once: what is more than zero stays so.</summary>
    private TimeSpan Shorten(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / speed));

    private sealed class FastTimer(FastClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Shorten(dueTime), clock.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
